import { flag, type Given, type Setting, seconds, text, whole } from './kinds.ts';

/** The train edition. */
export const TRAIN_SETTINGS = {
  TRAIN_CAPACITY: whole(500, { min: 1, max: 50_000 }, { about: 'seats of the train edition' }),
  TRAIN_AUTO_PROMOTE: flag(true, 'whether a cancelled seat of the train goes to the next in line by itself'),
  TRAIN_INTAKE_TOPIC: text(
    'topic of Kafka in which requests for seats of the train stand; unset: none is read',
  ),
  TRAIN_LOCK_SECONDS: seconds(5, { min: 1, max: 60 }, 'how long reservation_lock lasts if its holder dies'),
} satisfies Record<string, Setting<unknown>>;

/** The same as one concern. */
export function trainOf(given: Given<typeof TRAIN_SETTINGS>) {
  return {
    capacity: given.TRAIN_CAPACITY,
    autoPromote: given.TRAIN_AUTO_PROMOTE,
    lockSeconds: given.TRAIN_LOCK_SECONDS,
    intakeTopic: given.TRAIN_INTAKE_TOPIC,
  };
}
