import type { RequestRecord } from '../../../adapters/sql/requests/request-row.ts';
import { type Millis, SECOND } from '../../../core/clock.ts';
import { LANES, type Lane, type LaneViews } from '../../../request-queue/policy.ts';
import type { Dequeues } from '../../../request-queue/ports/request-store.ts';
import type { Marks } from '../marks.ts';
import { isVip, POISON } from '../people/requests.ts';
import { must } from '../violation.ts';
import type { Batch, Committed } from './committed.ts';

const OVER = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'EXPIRED', 'DEAD']);
/** The key of the seat command behind a request. */
const COMMAND = /^request (\w+)$/;

/** Whoever takes longer from the seats to the end of their request is replaced by another worker. */
const ENDS_WITHIN: Millis = 10 * SECOND;

export interface QueueHouse {
  starvationBound: number;
  attempts: number;
  /** Claims that a back end's failure may end, which are not counted as attempts. */
  faults: number;
  /** By nodes: seats are taken in Redis, and the ledger follows. */
  isShared: boolean;
}

/** Judges the queue by what is committed and by each dequeue: invariants 16 to 21 in their stepwise form. */
export class QueueRules implements Dequeues {
  readonly requests = new Map<string, RequestRecord>();
  /** Accepted, as somebody was told. */
  readonly acknowledged = new Set<string>();
  readonly #committed: Committed;
  readonly #house: QueueHouse;
  readonly #marks: Marks;
  readonly #mayBeLost: (at: Millis) => boolean;
  readonly #effects = new Set<string>();
  /** Completed before the ledger had the seats, and when. */
  readonly #owed = new Map<string, Millis>();
  #effectCommits = 0;
  readonly #latestPlace = new Map<string, number>();
  readonly #latestEffect = new Map<string, number>();
  readonly #passedOver = new Map<string, number>();
  readonly #groupOf = new Map<string, number>();
  readonly #kills = new Map<string, number>();

  /** `mayBeLost`: whether what was taken at a moment may have been lost since. */
  constructor(
    committed: Committed,
    house: QueueHouse,
    { marks, mayBeLost }: { marks: Marks; mayBeLost: (at: Millis) => boolean },
  ) {
    this.#committed = committed;
    this.#house = house;
    this.#marks = marks;
    this.#mayBeLost = mayBeLost;
  }

  /** Before the hold rows of the commit are judged: which request each command is of must be known. */
  check({ requests, commandIds, holds }: Batch, now: Millis): void {
    for (const row of requests) this.#row(this.requests.get(row.request_id), row);
    for (const id of commandIds) this.#effect(COMMAND.exec(id)?.[1]);
    for (const { before, after } of holds) if (!before) this.#hold(after.session_id, after.group_id);
    for (const row of requests) this.#end(row, now);
  }

  /** Invariant 17, with a count of its own of who was passed over. */
  dequeued(
    { eventId, lane, requestId }: { eventId: number; lane: Lane; requestId: string },
    lanes: LaneViews,
  ): void {
    const { starvationBound } = this.#house;
    const waiting = LANES.filter((each) => lanes[each].waiting > 0);
    const over = (each: Lane) => this.#passedOver.get(`${eventId} ${each}`) ?? 0;
    const starving = waiting.filter((each) => over(each) >= starvationBound - 1);
    if (starving.length > 0) this.#marks.met('lane served because it had waited');
    const may = starving.length > 0 ? starving : waiting.slice(0, 1);
    must(may.includes(lane), 17, () => `request ${requestId} was taken from ${lane}, not from ${may.join()}`);
    for (const each of LANES) {
      const passed = each === lane || lanes[each].waiting === 0 ? 0 : over(each) + 1;
      must(
        passed <= starvationBound,
        17,
        () => `lane ${each} of event ${eventId} was passed over ${passed} times`,
      );
      this.#passedOver.set(`${eventId} ${each}`, passed);
    }
  }

  /** Who was passed over is known to a running program only. */
  restarted(): void {
    this.#passedOver.clear();
  }

  /** The poisonous requests among those that a commit shows as claimed. Each claim may cost one life of the program. */
  poisoned({ requests, claims }: Batch): boolean {
    const claimed = [...this.requests.values()].filter((row) => {
      if (!row.session_id?.startsWith(POISON) || OVER.has(row.state)) return false;
      const anew = requests.some((each) => each.request_id === row.request_id && each.state === 'PROCESSING');
      const first = claims.some(
        ({ event_id, lane, through }) =>
          event_id === row.event_id && lane === row.lane && row.place <= through && row.state === 'PENDING',
      );
      return anew || (first && !this.#kills.has(row.request_id));
    });
    for (const { request_id } of claimed) {
      const kills = (this.#kills.get(request_id) ?? 0) + 1;
      this.#kills.set(request_id, kills);
      const { attempts, faults } = this.#house;
      must(
        kills <= attempts + 1 + faults,
        21,
        () => `poisonous request ${request_id} was tried ${kills} times`,
      );
    }
    return claimed.some(({ request_id }) => (this.#kills.get(request_id) ?? 0) <= this.#house.attempts);
  }

  /**
   * The how manieth commit with effects of requests this is, from 0; undefined when it is none. Of nodes, where the ledger
   * only follows: which with claims.
   */
  effectsOf({ commandIds, claims, requests }: Batch): number | undefined {
    const isClaim = claims.length > 0 || requests.some(({ state }) => state === 'PROCESSING');
    const isMeant = this.#house.isShared ? isClaim : commandIds.some((id) => COMMAND.test(id));
    return isMeant ? this.#effectCommits++ : undefined;
  }

  /** Requests that are not over. */
  unfinished(): RequestRecord[] {
    return [...this.requests.values()].filter(({ state }) => !OVER.has(state));
  }

  /** Invariants 18 to 20 at rest, from the rows alone. */
  checkAtRest(): void {
    const held = new Set([...this.#committed.holds.values()].map(({ session_id }) => session_id));
    for (const requestId of this.acknowledged) {
      const row = this.requests.get(requestId);
      must(
        row !== undefined && OVER.has(row.state),
        18,
        () => `request ${requestId} is ${row?.state ?? 'lost'}`,
      );
    }
    for (const { request_id, session_id, state } of this.requests.values()) {
      const isHeld = held.has(session_id);
      const owedSince = this.#owed.get(request_id);
      // The seats may have been lost before their request's end was written down, or after.
      if (owedSince !== undefined && [owedSince, owedSince - ENDS_WITHIN].some(this.#mayBeLost)) {
        this.#marks.met('request lost its effect with the seats');
        continue;
      }
      must(
        isHeld === (state === 'COMPLETED'),
        state === 'CANCELLED' ? 20 : 19,
        () => `request ${request_id} is ${state} and ${isHeld ? 'has' : 'has no'} seats`,
      );
    }
  }

  #row(before: RequestRecord | undefined, row: RequestRecord): void {
    const { request_id, event_id, lane, place, user_id, state, revision } = row;
    this.requests.set(request_id, row);
    const name = `request ${request_id}`;
    if (!before) {
      const latest = this.#latestPlace.get(`${event_id} ${lane}`) ?? 0;
      must(place > latest, 16, () => `${name} got place ${place} after ${latest}`);
      this.#latestPlace.set(`${event_id} ${lane}`, place);
      must(lane !== 'high' || isVip(user_id), 17, () => `${name} of ${user_id} is in lane ${lane}`);
      return;
    }
    must(revision > before.revision, 18, () => `${name} went back to revision ${revision}`);
    must(!OVER.has(before.state), 18, () => `${name} was ${before.state} and became ${state}`);
    if (before.state === 'PROCESSING' && state === 'PROCESSING') this.#marks.met('request claimed again');
    const isLegal = state !== 'CANCELLED' || before.state === 'PENDING';
    must(isLegal, 20, () => `${name} was ${before.state} and was cancelled`);
  }

  /** The seats of a request are held: in the order of its lane, once, and not after its cancellation. */
  #effect(requestId: string | undefined): void {
    const row = requestId === undefined ? undefined : this.requests.get(requestId);
    if (!row) return;
    const { request_id, event_id, lane, place, state } = row;
    must(
      row.attempts <= this.#house.attempts,
      21,
      () => `request ${request_id} was tried ${row.attempts} times`,
    );
    must(!this.#effects.has(request_id), 19, () => `request ${request_id} had a second effect`);
    must(state !== 'CANCELLED', 20, () => `request ${request_id} was cancelled and had an effect`);
    this.#effects.add(request_id);
    this.#owed.delete(request_id);
    const latest = this.#latestEffect.get(`${event_id} ${lane}`) ?? 0;
    must(
      place > latest,
      16,
      () => `request ${request_id} (place ${place}) had its effect after place ${latest}`,
    );
    this.#latestEffect.set(`${event_id} ${lane}`, place);
  }

  #hold(sessionId: string | null, groupId: number): void {
    // Of those in a waitlist, whose seats may be lost and held anew, its own rules judge.
    if (!sessionId?.includes('/buyer') || sessionId.startsWith('wait/')) return;
    const before = this.#groupOf.get(sessionId) ?? groupId;
    this.#groupOf.set(sessionId, groupId);
    must(before === groupId, 19, () => `${sessionId} got the reservations ${before} and ${groupId}`);
  }

  #end({ request_id, state, attempts, outcome_json }: RequestRecord, now: Millis): void {
    const isGivenUp = attempts > this.#house.attempts;
    const isTried = state === 'FAILED' && !outcome_json?.includes('REQUEST_OVERTAKEN');
    must(!isGivenUp || !isTried, 21, () => `request ${request_id} was tried ${attempts} times`);
    if (state === 'COMPLETED') {
      const isDone = this.#effects.has(request_id);
      must(isDone || this.#house.isShared, 32, () => `request ${request_id} is COMPLETED without an effect`);
      if (!isDone) this.#owed.set(request_id, now);
      this.#marks.met('request completed');
    }
    if (state === 'FAILED') this.#marks.met('request failed');
    if (state === 'CANCELLED') this.#marks.met('request cancelled');
    if (state === 'DEAD') this.#marks.met('poisonous request given up');
  }
}
