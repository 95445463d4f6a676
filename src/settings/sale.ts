import { choice, matching, millisRange, type Setting, seconds, share, whole } from './kinds.ts';

const DAY_SECONDS = 86_400;

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

  PAYMENT_DEADLINE_SECONDS: seconds(
    600,
    { min: 1, max: DAY_SECONDS },
    'a pending booking frees its seats after it',
  ),
  PAYMENT_PROVIDER: choice(['mock', 'stripe', 'toss'], 'mock', 'who takes the money; mock takes none'),
  PAYMENT_FAILURE_RATE: share('share of payments the mock provider declines'),
  PAYMENT_BEHAVIOUR: choice(
    ['approve', 'decline', 'decline_capture', 'slow', 'timeout', 'charge_then_error', 'late_success'],
    'approve',
    'how payments go at the mock provider whose id says nothing else',
  ),
  PAYMENT_DELAY_MS: millisRange('how long the mock provider takes: one number or a range'),
} satisfies Record<string, Setting<unknown>>;
