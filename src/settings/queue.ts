import { choice, DAY_SECONDS, type Given, type Setting, seconds, whole } from './kinds.ts';

/** The request queue of v2. */
export const QUEUE_SETTINGS = {
  QUEUE_BACKEND: choice(
    ['embedded', 'redis', 'kafka'],
    undefined,
    'what brings requests to the workers; unset: redis where there is one, else embedded',
  ),
  QUEUE_MAX: whole(
    500_000,
    { min: 1, max: 10_000_000 },
    { about: 'requests that are not over, of all events' },
  ),
  QUEUE_MAX_PER_EVENT: whole(
    100_000,
    { min: 1, max: 10_000_000 },
    { about: 'requests that are not over, of one event' },
  ),
  QUEUE_MAX_PER_USER: whole(
    100,
    { min: 1, max: 1_000_000 },
    { about: 'requests that are not over, of one user' },
  ),
  QUEUE_STARVATION_BOUND: whole(
    10,
    { min: 4, max: 1_000_000 },
    { about: 'times that a lane in which somebody waits may be passed over' },
  ),
  QUEUE_BATCH: whole(1000, { min: 1, max: 10_000 }, { about: 'requests that a worker takes at once' }),
  QUEUE_ATTEMPTS: whole(
    5,
    { min: 1, max: 100 },
    { about: 'times that a request is tried before it is given up' },
  ),
  QUEUE_WAIT_SECONDS: seconds(3600, { min: 1, max: DAY_SECONDS }, 'a request that waited longer has failed'),
  QUEUE_RETENTION_HOURS: whole(
    24,
    { min: 1, max: 8760 },
    { about: 'how long the end of a request can be asked for', unit: 'hours' },
  ),
} satisfies Record<string, Setting<unknown>>;

/** The same as one concern. */
export function queueOf(given: Given<typeof QUEUE_SETTINGS>) {
  return {
    backend: given.QUEUE_BACKEND,
    max: given.QUEUE_MAX,
    maxPerEvent: given.QUEUE_MAX_PER_EVENT,
    maxPerUser: given.QUEUE_MAX_PER_USER,
    starvationBound: given.QUEUE_STARVATION_BOUND,
    batch: given.QUEUE_BATCH,
    attempts: given.QUEUE_ATTEMPTS,
    waitSeconds: given.QUEUE_WAIT_SECONDS,
    retentionHours: given.QUEUE_RETENTION_HOURS,
  };
}
