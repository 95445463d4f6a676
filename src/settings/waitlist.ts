import { DAY_SECONDS, type Given, type Setting, seconds, whole } from './kinds.ts';

/** The line for seats that come back. */
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
} satisfies Record<string, Setting<unknown>>;

/** The same as one concern. */
export function waitlistOf(given: Given<typeof WAITLIST_SETTINGS>) {
  return {
    max: given.WAITLIST_MAX,
    offerSeconds: given.WAITLIST_OFFER_SECONDS,
  };
}
