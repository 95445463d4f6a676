import type { KafkaConnection } from '../../adapters/kafka/connection.ts';
import { foreignTopics } from '../../adapters/kafka/foreign-topics.ts';
import type { Database } from '../../adapters/sql/database.ts';
import { sqlDeadLetters } from '../../adapters/sql/messages/dead-letters.ts';
import { lateTakenWrite, takenReads } from '../../adapters/sql/messages/inbox.ts';
import type { Config } from '../../config.ts';
import type { Admissions } from '../../core/admissions.ts';
import type { Clock } from '../../core/clock.ts';
import type { EventBus } from '../../core/message.ts';
import { TRAIN_CONSUMER, takeTrainRequests } from '../../editions/train/consumers.ts';
import type { Inbox } from '../../editions/train/ports/inbox.ts';
import type { Train } from '../../editions/train/ports/train.ts';
import type { Grounded } from '../machine.ts';

/** Where requests for the train's seats come from beside HTTP. */
export interface TrainIntake {
  topic: string;
  ways: readonly Pick<EventBus, 'subscribe'>[];
}

/** What TRAIN_INTAKE_TOPIC names; undefined where it names nothing. */
export function chosenIntake(
  { train: { intakeTopic: topic }, backEnds }: Pick<Config, 'train' | 'backEnds'>,
  on: { kafka: KafkaConnection | undefined; clock: Clock; database: Database; bus: EventBus },
): TrainIntake | undefined {
  const { kafka, clock, database, bus } = on;
  if (topic === undefined || !kafka) return undefined;
  const written = foreignTopics({ connection: kafka, clock, deadLetters: sqlDeadLetters(database) });
  // A dead letter is sent again over the bus; where that is Kafka, into the topic itself.
  return { topic, ways: backEnds.bus === 'kafka' ? [written] : [written, bus] };
}

/** Hears requests that come as messages, in the processes that answer `POST /reserve`. Part of `compose`. */
export function composeTrainIntake(
  { trainIntake, roles, clock, database }: Pick<Grounded, 'trainIntake' | 'roles' | 'clock' | 'database'>,
  { train, admissions }: { train: Train; admissions: Admissions },
): void {
  if (!trainIntake || !roles.has('reservation')) return;
  const { topic, ways } = trainIntake;
  takeTrainRequests({ topic, ways, train, admissions, inbox: inboxOf(database, clock) });
}

function inboxOf(database: Database, clock: Clock): Inbox {
  const hasTaken = takenReads(database);
  return {
    hasTaken: (messageId) => hasTaken(TRAIN_CONSUMER, messageId),
    took: (messageId) =>
      database.commit([lateTakenWrite({ consumer: TRAIN_CONSUMER, messageId, at: clock.now() })]),
  };
}
