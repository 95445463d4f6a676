import { readConfig } from '../../config.ts';
import { SECOND } from '../../core/clock.ts';
import type { HouseRules } from './commit-rules.ts';
import type { Plan } from './plan.ts';

const PAYMENT_DEADLINE_SECONDS = 3;
export const SEATS_PER_HOLD = 4;
const LONGEST_HOLD_SECONDS = 8;

/** The real configuration, with times short enough for many lapses in one simulated sale. */
export function configOf(plan: Plan) {
  const read = readConfig({
    RESERVATION_TIMEOUT_SECONDS: String(plan.holdMillis / SECOND),
    MAX_HOLD_TOTAL_SECONDS: String(LONGEST_HOLD_SECONDS),
    MAX_SEATS_PER_BOOKING: String(SEATS_PER_HOLD),
    HOLD_CHURN_MAX: String(plan.lapsesAllowed),
    PAYMENT_DEADLINE_SECONDS: String(PAYMENT_DEADLINE_SECONDS),
  });
  if ('errors' in read) throw new Error(read.errors.join('; '));
  return read.config;
}

export function houseRules(plan: Plan): HouseRules {
  return {
    seatsPerBuyer: plan.seatsPerBuyer,
    seatsPerHold: SEATS_PER_HOLD,
    longestHoldMillis: LONGEST_HOLD_SECONDS * SECOND,
  };
}
