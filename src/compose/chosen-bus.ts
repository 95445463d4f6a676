import { embeddedEventBus } from '../adapters/embedded/event-bus.ts';
import type { KafkaConnection } from '../adapters/kafka/connection.ts';
import { kafkaEventBus } from '../adapters/kafka/event-bus.ts';
import type { Database } from '../adapters/sql/database.ts';
import { sqlDeadLetters } from '../adapters/sql/messages/dead-letters.ts';
import type { Config } from '../config.ts';
import type { Clock } from '../core/clock.ts';
import type { EventBus } from '../core/message.ts';

/** What carries messages, where EVENT_BUS names something else than the ground has by itself. */
export function chosenBus(
  choice: Config['backEnds']['bus'],
  { kafka, clock, database }: { kafka: KafkaConnection | undefined; clock: Clock; database: Database },
): EventBus | undefined {
  const deadLetters = sqlDeadLetters(database);
  if (choice === 'in-process') return embeddedEventBus({ clock, deadLetters });
  if (choice === 'kafka' && kafka) return kafkaEventBus({ connection: kafka, clock, deadLetters });
  return undefined;
}
