import { flag, type Setting, seconds, text, whole } from './kinds.ts';

const DAY_SECONDS = 86_400;

/** The line for seats that come back, and the train edition that stands on it. */
export const WAITLIST_SETTINGS = {
  WAITLIST_MAX: whole(
    100_000,
    { min: 1, max: 1_000_000 },
    { about: 'parties that may wait for the seats of one event' },
  ),
  WAITLIST_OFFER_SECONDS: seconds(
    0,
    { min: 0, max: DAY_SECONDS },
    'time to accept seats that came back; 0: they are held for the party at once, without an answer',
  ),
  TRAIN_CAPACITY: whole(500, { min: 1, max: 50_000 }, { about: 'seats of the train edition' }),
  TRAIN_AUTO_PROMOTE: flag(true, 'whether a cancelled seat of the train goes to the next in line by itself'),
  TRAIN_INTAKE_TOPIC: text(
    'topic of Kafka in which requests for seats of the train stand; unset: none is read',
  ),
  TRAIN_LOCK_SECONDS: seconds(5, { min: 1, max: 60 }, 'how long reservation_lock lasts if its holder dies'),
} satisfies Record<string, Setting<unknown>>;
