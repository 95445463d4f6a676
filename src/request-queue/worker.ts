import type { Clock, Millis } from '../core/clock.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { Unavailable } from '../core/unavailable.ts';
import type { Pace } from './pace.ts';
import type { RequestClaims } from './ports/request-claims.ts';
import type { RequestDelivery, WorkLeft } from './ports/request-delivery.ts';
import type { RequestNews } from './ports/request-news.ts';
import type { Seats } from './ports/seats.ts';
import type { StandingAdmissions } from './ports/standing-admissions.ts';
import {
  completed,
  ended,
  excused,
  type HeldSeats,
  isFirstClaim,
  type Reason,
  type SeatRequest,
} from './request.ts';

export interface WorkerNeeds {
  claims: RequestClaims;
  seats: Seats;
  standing: StandingAdmissions;
  news: RequestNews;
  delivery: Pick<RequestDelivery, 'ended'>;
  pace: Pace;
  clock: Clock;
  limits: {
    /** Requests of one claim. */
    batch: number;
    /** Claims of one request before it is given up. */
    attempts: number;
    /** A request that waited longer is not served any more. */
    waitMillis: Millis;
  };
}

/** Why a request is over without having had its seats asked for. */
interface End {
  state: 'FAILED' | 'EXPIRED' | 'DEAD';
  reason: Reason;
}

/** What came of a request's turn. */
interface Turn {
  over: SeatRequest[];
  again: SeatRequest[];
}

const NOTHING_SERVED: Turn = { over: [], again: [] };

/**
 * Serves requests: claims a batch, takes the seats in the order of the claim, writes down what came of it. Each step is
 * durable before the next, and harmless when done again.
 */
export class RequestWorker {
  readonly #needs: WorkerNeeds;

  constructor(needs: WorkerNeeds) {
    this.#needs = needs;
  }

  /** Serves an event until nobody waits, or until something must be done again later. */
  async work(eventId: number): Promise<WorkLeft> {
    try {
      return await this.#workOff(eventId);
    } catch (error) {
      if (error instanceof Unavailable) return 'later';
      throw error;
    }
  }

  /**
   * While one batch is served, the one before is ended and the next one claimed, in one commit: nobody waits for the
   * ledger but the first and the last. A batch that was not full has taken everybody, so there is no next one yet.
   */
  async #workOff(eventId: number): Promise<WorkLeft> {
    const { claims, pace, clock, limits } = this.#needs;
    let batch: SeatRequest[] = [];
    let over: SeatRequest[] = [];
    do {
      const began = clock.now();
      const isMoreLikely = batch.length === 0 || batch.length === limits.batch;
      const steps = await Promise.allSettled([
        this.#settle(over),
        isMoreLikely ? this.#claim(eventId) : [],
        this.#serve(batch),
      ] as const);
      const [settled, claimed, turn] = steps;
      const next = claimed.status === 'fulfilled' ? claimed.value : [];
      const { again, ...served } = turn.status === 'fulfilled' ? turn.value : NOTHING_SERVED;
      const failed = steps.find((step) => step.status === 'rejected');
      if (failed || again.length > 0) {
        // In one commit with those before them: whose end was not written is served again, and not after later ones.
        const unsettled = settled.status === 'rejected' ? over : [];
        const ends = this.#settle([...unsettled, ...served.over]);
        await ends.finally(() => claims.putBack([...again, ...next.map(excused)]));
        if (failed) throw failed.reason;
        return 'later';
      }
      pace.served(eventId, batch.length, clock.now() - began);
      [batch, over] = [next, served.over];
    } while (batch.length > 0 || over.length > 0);
    return 'nothing';
  }

  async #claim(eventId: number): Promise<SeatRequest[]> {
    const { claims, news, limits } = this.#needs;
    const claimed = await claims.claim(eventId, limits.batch);
    news.changed(claimed);
    return claimed;
  }

  async #settle(over: readonly SeatRequest[]): Promise<void> {
    const { claims, news, delivery } = this.#needs;
    if (over.length === 0) return;
    const settled = await claims.settle(over);
    news.changed(settled);
    delivery.ended(settled);
  }

  async #serve(claimed: readonly SeatRequest[]): Promise<Turn> {
    const turn: Turn = { over: [], again: [] };
    if (claimed.length === 0) return turn;
    try {
      const open = await this.#sort(claimed, turn);
      // Whoever was silent for too long begins nothing that another may have done by now.
      const until = this.#needs.claims.oursUntil((claimed[0] as SeatRequest).eventId);
      if (this.#needs.clock.now() >= until) throw new Unavailable('another worker may have taken over');
      // All in one turn, so that they take effect in this order.
      const outcomes = await Promise.allSettled(
        open.map((request) => this.#needs.seats.hold(request, until)),
      );
      for (const [index, outcome] of outcomes.entries())
        this.#conclude(open[index] as SeatRequest, outcome, turn);
      return inOrder(turn, open);
    } catch (error) {
      this.#needs.claims.putBack(claimed.map(error instanceof Unavailable ? excused : unchanged));
      throw error;
    }
  }

  /** Takes out what needs no seats any more: what had them from an earlier claim, and what may not have them. */
  async #sort(claimed: readonly SeatRequest[], turn: Turn): Promise<SeatRequest[]> {
    const { seats, standing, clock } = this.#needs;
    const before = claimed.filter((request) => !isFirstClaim(request));
    const taken: ReadonlyMap<string, HeldSeats> =
      before.length > 0 ? await seats.taken(before) : new Map<string, HeldSeats>();
    const answers = claimed.map((request) => standing.refusalOf(request));
    const isAsked = answers.some((answer) => answer instanceof Promise);
    const refusals = isAsked ? await Promise.all(answers) : (answers as (Refusal | undefined)[]);
    const now = clock.now();
    return claimed.filter((request, index) => {
      const held = taken.get(request.requestId);
      const refusal = refusals[index];
      const given = held ? undefined : (overtaken(request, before, taken) ?? this.#givenUp(request, now));
      if (held) turn.over.push(completed(request, held, now));
      else if (given) turn.over.push(ended(request, given.state, given.reason, now));
      else if (refusal) turn.over.push(ended(request, 'FAILED', refusal, now));
      return !held && !given && !refusal;
    });
  }

  #givenUp(request: SeatRequest, now: Millis): End | undefined {
    const { attempts, waitMillis } = this.#needs.limits;
    if (request.attempts > attempts) return { state: 'DEAD', reason: givenUpAfter(attempts) };
    const isLate = now - request.acceptedAt > waitMillis;
    return isLate ? { state: 'EXPIRED', reason: refuse('REQUEST_EXPIRED') } : undefined;
  }

  #conclude(
    request: SeatRequest,
    outcome: PromiseSettledResult<Awaited<ReturnType<Seats['hold']>>>,
    turn: Turn,
  ): void {
    const now = this.#needs.clock.now();
    const { attempts } = this.#needs.limits;
    if (outcome.status === 'fulfilled') {
      const { value } = outcome;
      turn.over.push(
        isRefusal(value) ? ended(request, 'FAILED', value, now) : completed(request, value, now),
      );
    } else if (outcome.reason instanceof Unavailable) turn.again.push(excused(request));
    else if (request.attempts < attempts) turn.again.push(request);
    else turn.over.push(ended(request, 'DEAD', givenUpAfter(attempts, outcome.reason), now));
  }
}

/**
 * A request that has no seats where a later one of its lane has them had its turn before that one, and was refused: the
 * refusal was lost with its worker. To try again now would be to serve it out of its order.
 */
function overtaken(
  { lane, place }: SeatRequest,
  again: readonly SeatRequest[],
  taken: ReadonlyMap<string, HeldSeats>,
): End | undefined {
  const isOvertaken = again.some(
    (other) => other.lane === lane && other.place > place && taken.has(other.requestId),
  );
  return isOvertaken ? { state: 'FAILED', reason: refuse('REQUEST_OVERTAKEN') } : undefined;
}

/**
 * When somebody's seats were not asked for with success, and those of later ones of his lane were, they are claimed again
 * together with him: whether he had his turn is then known, and if he had not, he is overtaken and not served after them.
 */
function inOrder({ over, again }: Turn, open: readonly SeatRequest[]): Turn {
  const isBehind = ({ lane, place }: SeatRequest) =>
    again.some((first) => first.lane === lane && first.place < place);
  const behind = new Set(over.filter((each) => each.held && isBehind(each)).map((each) => each.requestId));
  if (behind.size === 0) return { over, again };
  return {
    over: over.filter(({ requestId }) => !behind.has(requestId)),
    again: [...again, ...open.filter(({ requestId }) => behind.has(requestId)).map(excused)],
  };
}

/** The reason of a dead request: how often it was tried, and for its operator what it died of. */
function givenUpAfter(attempts: number, error?: unknown): Reason {
  const cause = error === undefined ? 'its workers did not finish it' : String(error).slice(0, 200);
  return refuse('REQUEST_DEAD', { attempts, cause });
}

function unchanged(request: SeatRequest): SeatRequest {
  return request;
}
