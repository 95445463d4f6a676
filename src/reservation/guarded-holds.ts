import type { Claimant } from '../core/claimant.ts';
import { type Clock, DAY, type Millis, SECOND } from '../core/clock.ts';
import type { Once } from '../core/command.ts';
import type { Ids } from '../core/ids.ts';
import type { Locks } from '../core/locks.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { Unavailable } from '../core/unavailable.ts';
import {
  type Abuse,
  type AbuseRecord,
  ATTEMPTS_KEPT,
  abuseIn,
  HOLDS_ALLOWED,
  HOLDS_WITHIN,
  type HoldAttempt,
} from './abuse.ts';
import type { AbuseFilter, AttemptLog } from './ports/attempt-log.ts';
import type { Halls } from './ports/halls.ts';
import type { Held, ReservationService } from './service.ts';

/** How long the organiser can look at a refusal, and at how many. */
const RECORDS_KEPT: Millis = 30 * DAY;
const RECORDS_MAX = 100_000;

/** What a client says of itself. */
export interface Marks {
  requestMark: string | null;
  deviceMark: string | null;
}

export interface GuardedHoldsNeeds {
  reservations: Pick<ReservationService, 'holdUnanswered'>;
  halls: Pick<Halls, 'terms'>;
  log: AttemptLog;
  locks: Locks;
  ids: Pick<Ids, 'ulid'>;
  clock: Clock;
  once: Once;
}

/** Holds behind a guard against those who try too often, twice, or under several names. Refused tries count, too. */
export class GuardedHolds {
  readonly #needs: GuardedHoldsNeeds;

  constructor(needs: GuardedHoldsNeeds) {
    this.#needs = needs;
  }

  hold(eventId: number, seatId: number, claimant: Claimant, marks: Marks): Promise<Held | Refusal> {
    const { reservations, once } = this.#needs;
    return once.run(claimant.key, async () => {
      const refusal = await this.#judge({ eventId, seatId, userId: claimant.userId, ...marks });
      if (refusal) return refusal;
      // The try is written down, which is no effect that anybody asked for: what is refused from here on is so definitely.
      return reservations.holdUnanswered(eventId, [seatId], claimant);
    });
  }

  /** Organiser: the tries that were refused, latest first. */
  records(filter: AbuseFilter): Promise<AbuseRecord[]> {
    return this.#needs.log.records(filter);
  }

  /** Forgets what no rule looks at any more, and records that are old or too many. */
  forgetOld(): Promise<void> {
    const { log, clock } = this.#needs;
    const now = clock.now();
    return log.forget({
      attemptsBefore: now - ATTEMPTS_KEPT,
      recordsBefore: now - RECORDS_KEPT,
      recordsMax: RECORDS_MAX,
    });
  }

  async #judge(
    tried: Pick<HoldAttempt, 'eventId' | 'seatId' | 'userId'> & Marks,
  ): Promise<Refusal | undefined> {
    const { log, locks, halls, ids, clock } = this.#needs;
    const seriesId = (await halls.terms(tried.eventId))?.seriesId ?? null;
    // Tries that one rule compares are judged one after the other, on all nodes.
    const judged = await locks.multiLock(keysOf(tried), async () => {
      const attempt = { ...tried, attemptId: ids.ulid(), at: clock.now(), seriesId };
      const abuse = abuseIn(attempt, await log.earlier(attempt));
      await log.add(attempt, abuse);
      return { abuse };
    });
    if (!judged) throw new Unavailable('too many tries of one user at the same time');
    return judged.abuse && refusalOf(judged.abuse);
  }
}

function keysOf({ userId, requestMark, deviceMark }: Pick<HoldAttempt, 'userId'> & Marks): string[] {
  const marks = [
    requestMark === null ? [] : [`attempt:request:${requestMark}`],
    deviceMark === null ? [] : [`attempt:device:${deviceMark}`],
  ];
  return [`attempt:user:${userId}`, ...marks.flat()];
}

function refusalOf(abuse: Abuse): Refusal {
  switch (abuse) {
    case 'RATE_LIMIT_EXCEEDED': {
      const seconds = HOLDS_WITHIN / SECOND;
      return refuse('HOLDS_TOO_FAST', { limit: HOLDS_ALLOWED, seconds }, { retryAfterSeconds: seconds });
    }
    case 'DUPLICATE_REQUEST_FINGERPRINT':
      return refuse('REQUEST_REPEATED');
    case 'DEVICE_FINGERPRINT_MULTI_ACCOUNT':
      return refuse('DEVICE_SHARED');
  }
}
