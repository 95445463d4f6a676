import { DAY_SECONDS, type Given, matching, type Setting, seconds, whole } from './kinds.ts';

/** What a sale obeys where its event says nothing else. */
export const SALE_SETTINGS = {
  CURRENCY: matching(
    'USD',
    /^[A-Z]{3}$/,
    'three capital letters (ISO 4217)',
    'currency of events that name none',
  ),
  RESERVATION_TIMEOUT_SECONDS: seconds(600, { min: 1, max: DAY_SECONDS }, 'how long a hold lasts'),
  MAX_HOLD_TOTAL_SECONDS: seconds(
    1800,
    { min: 1, max: DAY_SECONDS },
    'how long a hold lasts with all its extensions',
  ),
  MAX_SEATS_PER_BOOKING: whole(10, { min: 1, max: 100 }, { about: 'seats of one reservation' }),
  MAX_LIVE_SEATS_PER_USER: whole(
    20,
    { min: 1, max: 1000 },
    { about: 'seats held and paying, per user and event' },
  ),
  HOLD_CHURN_MAX: whole(
    5,
    { min: 1, max: 1000 },
    { about: 'lapsed holds of a user on an event in 10 minutes before 429' },
  ),
} satisfies Record<string, Setting<unknown>>;

/** The same as one concern. */
export function saleOf(given: Given<typeof SALE_SETTINGS>) {
  return {
    currency: given.CURRENCY,
    holdSeconds: given.RESERVATION_TIMEOUT_SECONDS,
    maxHoldTotalSeconds: given.MAX_HOLD_TOTAL_SECONDS,
    maxSeatsPerReservation: given.MAX_SEATS_PER_BOOKING,
    maxLiveSeatsPerUser: given.MAX_LIVE_SEATS_PER_USER,
    holdChurnMax: given.HOLD_CHURN_MAX,
  };
}
