import { embeddedEventBus } from '../adapters/embedded/event-bus.ts';
import { embeddedRequestDelivery } from '../adapters/embedded/request-delivery.ts';
import type { KafkaConnection } from '../adapters/kafka/connection.ts';
import { kafkaEventBus } from '../adapters/kafka/event-bus.ts';
import { kafkaRequestDelivery } from '../adapters/kafka/request-delivery.ts';
import type { Database } from '../adapters/sql/database.ts';
import { sqlDeadLetters } from '../adapters/sql/messages/dead-letters.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import type { EventBus } from '../core/message.ts';
import type { RequestDelivery } from '../request-queue/ports/request-delivery.ts';

interface Carried {
  kafka: KafkaConnection | undefined;
  clock: Clock;
  database: Database;
}

/** What carries messages, where EVENT_BUS names something else than the ground has by itself. */
export function chosenBus(
  choice: Config['backEnds']['bus'],
  { kafka, clock, database }: Carried,
): EventBus | undefined {
  const deadLetters = sqlDeadLetters(database);
  if (choice === 'in-process') return embeddedEventBus({ clock, deadLetters });
  return choice === 'kafka' && kafka ? kafkaEventBus({ connection: kafka, clock, deadLetters }) : undefined;
}

/** What brings requests to the workers, where QUEUE_BACKEND names something else than the ground has by itself. */
export function chosenDelivery(
  choice: Config['queue']['backend'],
  { kafka, clock, database }: Carried,
): RequestDelivery | undefined {
  const deadLetters = sqlDeadLetters(database);
  if (choice === 'embedded') return embeddedRequestDelivery({ clock });
  return choice === 'kafka' && kafka
    ? kafkaRequestDelivery({ connection: kafka, clock, deadLetters })
    : undefined;
}
