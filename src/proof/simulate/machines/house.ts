import { readConfig } from '../../../config.ts';
import { SECOND } from '../../../core/clock.ts';
import { strikes } from '../plan/notices.ts';
import type { Plan } from '../plan/plan.ts';
import type { HouseRules } from '../rules/commit-rules.ts';
import type { QueueHouse } from '../rules/queue-rules.ts';
import type { RoomHouse } from '../rules/room-rules.ts';
import type { WaitlistHouse } from '../rules/waitlist-rules.ts';

const PAYMENT_DEADLINE_SECONDS = 3;
export const SEATS_PER_HOLD = 4;
const LONGEST_HOLD_SECONDS = 8;
const STARVATION_BOUND = 4;
const QUEUE_BATCH = 3;
const QUEUE_ATTEMPTS = 3;
const ENTRY_TOKEN_SECONDS = 2;
/** An offer is held for so long after it can be answered. */
const OFFER_GRACE = 5 * SECOND;

/** Of the event with a waiting room. */
export const ROOM_TERMS = {
  ratePerSecond: 2,
  burst: 2,
  activeMax: 3,
  entryMillis: ENTRY_TOKEN_SECONDS * SECOND,
};

/** The real configuration, with times short enough for many lapses in one simulated sale. */
export function configOf(plan: Plan) {
  const read = readConfig({
    RESERVATION_TIMEOUT_SECONDS: String(plan.holdMillis / SECOND),
    MAX_HOLD_TOTAL_SECONDS: String(LONGEST_HOLD_SECONDS),
    MAX_SEATS_PER_BOOKING: String(SEATS_PER_HOLD),
    HOLD_CHURN_MAX: String(plan.lapsesAllowed),
    PAYMENT_DEADLINE_SECONDS: String(PAYMENT_DEADLINE_SECONDS),
    QUEUE_STARVATION_BOUND: String(STARVATION_BOUND),
    QUEUE_BATCH: String(QUEUE_BATCH),
    QUEUE_ATTEMPTS: String(QUEUE_ATTEMPTS),
    ENTRY_TOKEN_SECONDS: String(ENTRY_TOKEN_SECONDS),
    WAITLIST_OFFER_SECONDS: String((plan.answerMillis ?? 0) / SECOND),
  });
  if ('errors' in read) throw new Error(read.errors.join('; '));
  return read.config;
}

export function roomHouse(plan: Plan): RoomHouse {
  return { ...ROOM_TERMS, isShared: plan.nodes !== undefined };
}

export function queueHouse(plan: Plan): QueueHouse {
  return {
    starvationBound: STARVATION_BOUND,
    attempts: QUEUE_ATTEMPTS,
    faults: plan.faults.filter(strikes).length,
    isShared: plan.nodes !== undefined,
  };
}

export function waitlistHouse({ nodes, faults }: Plan): WaitlistHouse {
  const silences = faults.map((fault) => {
    switch (fault.kind) {
      case 'freeze':
      case 'apart':
      case 'frozen_worker':
      case 'late_hold':
        return fault.millis;
      default:
        return 0;
    }
  });
  return { isShared: nodes !== undefined, ignorant: Math.max(0, ...silences) };
}

export function houseRules(plan: Plan): Omit<HouseRules, 'latestEnd'> {
  const offerMillis = plan.answerMillis ? plan.answerMillis + OFFER_GRACE : 0;
  return {
    seatsPerBuyer: plan.seatsPerBuyer,
    seatsPerHold: SEATS_PER_HOLD,
    longestHold: (sessionId) => LONGEST_HOLD_SECONDS * SECOND + (isOffered(sessionId) ? offerMillis : 0),
  };
}

/** Held for somebody who waits: his time to answer comes before the time that anybody has. */
function isOffered(sessionId: string | null): boolean {
  return sessionId?.startsWith('wait/') ?? false;
}
