import { embeddedRequestDelivery } from '../adapters/embedded/request-delivery.ts';
import type { KafkaConnection } from '../adapters/kafka/connection.ts';
import { kafkaRequestDelivery } from '../adapters/kafka/request-delivery.ts';
import type { Database } from '../adapters/sql/database.ts';
import { sqlDeadLetters } from '../adapters/sql/messages/dead-letters.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import type { RequestDelivery } from '../request-queue/ports/request-delivery.ts';

/** What brings requests to the workers, where QUEUE_BACKEND names something else than the ground has by itself. */
export function chosenDelivery(
  backend: Config['queue']['backend'],
  { kafka, clock, database }: { kafka: KafkaConnection | undefined; clock: Clock; database: Database },
): RequestDelivery | undefined {
  switch (backend) {
    case 'kafka':
      return (
        kafka && kafkaRequestDelivery({ connection: kafka, clock, deadLetters: sqlDeadLetters(database) })
      );
    case 'embedded':
      return embeddedRequestDelivery({ clock });
    default:
      return undefined;
  }
}
