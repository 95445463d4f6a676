import { DAY_SECONDS, type Given, type Setting, seconds, whole } from './kinds.ts';

/** The concerts edition. */
export const CONCERT_SETTINGS = {
  CONCERT_QUEUE_MAX: whole(100, { min: 1, max: 100_000 }, { about: 'users who wait before one concert' }),
  CONCERT_ADMIT_BATCH: whole(10, { min: 1, max: 10_000 }, { about: 'users let in at once' }),
  CONCERT_ADMIT_SECONDS: seconds(10, { min: 1, max: 3_600 }, 'time between two batches of users let in'),
  CONCERT_ACTIVE_SECONDS: seconds(
    300,
    { min: 1, max: DAY_SECONDS },
    'how long a user who was let in may buy',
  ),
  CONCERT_HOLD_SECONDS: seconds(300, { min: 1, max: DAY_SECONDS }, 'how long a hold of a concert lasts'),
} satisfies Record<string, Setting<unknown>>;

/** The same as one concern. */
export function concertsOf(given: Given<typeof CONCERT_SETTINGS>) {
  return {
    queueMax: given.CONCERT_QUEUE_MAX,
    admitBatch: given.CONCERT_ADMIT_BATCH,
    admitSeconds: given.CONCERT_ADMIT_SECONDS,
    activeSeconds: given.CONCERT_ACTIVE_SECONDS,
    holdSeconds: given.CONCERT_HOLD_SECONDS,
  };
}
