import { type Clock, type Millis, SECOND } from '../../../core/clock.ts';
import type { CommandKey } from '../../../core/command.ts';
import { isConflict } from '../../../core/conflict.ts';
import { isRefusal, type Refusal, refuse } from '../../../core/refusal.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import { aheadOf, type LaneViews } from '../../../request-queue/policy.ts';
import type { Accepted } from '../../../request-queue/ports/request-queue.ts';
import type { RequestLimits } from '../../../request-queue/ports/request-store.ts';
import { newRequest, type RequestDraft, type SeatRequest } from '../../../request-queue/request.ts';
import { commandWrite } from '../command-log.ts';
import { runsOf } from '../commits/runs.ts';
import type { Database, Transaction, Write } from '../database.ts';
import type { Dialect } from '../dialect.ts';
import { ADD_REQUEST, requestRow } from '../requests/request-row.ts';
import type { AcceptedHere } from './accepted-here.ts';
import {
  HEAD,
  type HeadRecord,
  headOf,
  OPEN,
  saveTail,
  TAIL,
  type Tail,
  type TailRecord,
  tailOf,
  viewsOf,
} from './lanes-of-event.ts';

export interface AcceptDeskNeeds {
  database: Database;
  clock: Clock;
  limits: RequestLimits;
  starvationBound: number;
  /** Makes the rows of an event where there are none. */
  prepared(eventId: number): Promise<void> | undefined;
  /** Keeps what was committed. */
  accepted: AcceptedHere;
  /** Told of tails as they were committed. */
  tailIs(tail: Tail): void;
}

interface Arrival {
  draft: RequestDraft;
  replyTo: (accepted: Accepted) => unknown;
  key: CommandKey | undefined;
  resolve: (answer: Arrived | Refusal) => void;
  reject: (error: unknown) => void;
}

interface Arrived {
  request: SeatRequest;
  reply: unknown;
}

/** Arrivals of one transaction, and those that may wait for theirs. */
const ARRIVALS_AT_ONCE = 1_000;
const ARRIVALS_WAITING = 50_000;
const SIZE_KNOWN_FOR: Millis = SECOND;

const SIZE = `SELECT (SELECT sum(accepted) FROM request_tail) AS accepted,
  (SELECT sum(ended) FROM request_head) AS ended`;

/**
 * Where requests are accepted. What arrives for an event while a transaction of it is on its way is the next one; it has
 * the row of the event's tail, so that places are given in the order of commits, whichever node gives them. Events do
 * not wait for each other.
 */
export class AcceptDesk {
  readonly #needs: AcceptDeskNeeds;
  readonly #arrivals = new Map<number, Arrival[]>();
  #waiting = 0;
  /** Of the house. Known a moment ago, for it is not worth a row on which all events meet. */
  #size = { at: Number.NEGATIVE_INFINITY, requests: 0 };

  constructor(needs: AcceptDeskNeeds) {
    this.#needs = needs;
  }

  accept<R>(
    draft: RequestDraft,
    replyTo: (accepted: Accepted) => R,
    key: CommandKey | undefined,
  ): Promise<{ request: SeatRequest; reply: R } | Refusal> {
    if (this.#waiting >= ARRIVALS_WAITING)
      return Promise.reject(new Unavailable('too many requests are waiting for the ledger'));
    this.#waiting++;
    return new Promise((resolve, reject) => {
      const arrival = { draft, replyTo, key, resolve: resolve as Arrival['resolve'], reject };
      const others = this.#arrivals.get(draft.eventId);
      if (others) others.push(arrival);
      else {
        this.#arrivals.set(draft.eventId, [arrival]);
        void this.#run(draft.eventId);
      }
    });
  }

  async #run(eventId: number): Promise<void> {
    // Leaves the caller's turn first, so that everything that arrives in this turn is in the first transaction.
    await undefined;
    const arrivals = this.#arrivals.get(eventId) as Arrival[];
    while (arrivals.length > 0) {
      const some = arrivals.splice(0, ARRIVALS_AT_ONCE);
      await this.#write(eventId, some);
      this.#waiting -= some.length;
    }
    this.#arrivals.delete(eventId);
  }

  /** One whose key is taken is refused with Conflict, alone: the others are written without it. */
  async #write(eventId: number, arrivals: readonly Arrival[]): Promise<void> {
    try {
      await this.#needs.prepared(eventId);
      const inAll = await this.#sizeOfHouse();
      const { answers, tail } = await this.#needs.database.transaction((transaction) =>
        this.#give(transaction, { eventId, arrivals, inAll }),
      );
      this.#needs.tailIs(tail);
      this.#size.requests += answers.length;
      for (const answer of answers) if (!isRefusal(answer)) this.#needs.accepted.add(answer.request);
      for (const [index, { resolve }] of arrivals.entries()) resolve(answers[index] as Arrived | Refusal);
    } catch (error) {
      if (!isConflict(error) || arrivals.length === 1) {
        for (const { reject } of arrivals) reject(error);
        return;
      }
      const half = Math.ceil(arrivals.length / 2);
      await this.#write(eventId, arrivals.slice(0, half));
      await this.#write(eventId, arrivals.slice(half));
    }
  }

  async #give(
    transaction: Transaction,
    { eventId, arrivals, inAll }: { eventId: number; arrivals: readonly Arrival[]; inAll: number },
  ): Promise<{ answers: (Arrived | Refusal)[]; tail: Tail }> {
    const { database, clock } = this.#needs;
    const [tailRow] = await transaction.query<TailRecord>(TAIL + database.dialect.forUpdate, [eventId]);
    // As it is: service and acceptance do not wait for each other.
    const [headRow] = await transaction.query<HeadRecord>(HEAD, [eventId]);
    const [tail, head] = [tailOf(tailRow as TailRecord), headOf(headRow as HeadRecord)];
    const counts = await countsOf(transaction, { dialect: database.dialect, arrivals });
    const now = clock.now();
    const writes: Write[] = [];
    let size = inAll;
    const answers = arrivals.map(({ draft, replyTo, key }): Arrived | Refusal => {
      const ofBuyer = counts.get(draft.userId) ?? 0;
      const full = this.#fullFor({ inAll: size, ofEvent: tail.accepted - head.ended, ofBuyer });
      if (full) return full;
      const ahead = this.#ahead(viewsOf(tail, head), draft);
      const request = newRequest(draft, ++tail.tail[draft.lane], now);
      tail.accepted++;
      size++;
      counts.set(draft.userId, ofBuyer + 1);
      const reply = replyTo({ request, ahead });
      writes.push({ kind: ADD_REQUEST, row: requestRow(request) });
      if (key) writes.push(commandWrite({ key, reply, at: now }));
      return { request, reply };
    });
    await transaction.write(runsOf(writes));
    await saveTail(transaction, tail);
    return { answers, tail };
  }

  #ahead(views: LaneViews, { lane }: RequestDraft): number {
    return aheadOf(lane, views[lane].waiting, views, this.#needs.starvationBound);
  }

  #fullFor(now: { inAll: number; ofEvent: number; ofBuyer: number }): Refusal | undefined {
    const { perEvent, inAll, perBuyer } = this.#needs.limits;
    if (now.inAll >= inAll || now.ofEvent >= perEvent) return refuse('QUEUE_FULL');
    return now.ofBuyer >= perBuyer ? refuse('REQUEST_LIMIT', { limit: perBuyer }) : undefined;
  }

  async #sizeOfHouse(): Promise<number> {
    const { clock, database } = this.#needs;
    const now = clock.now();
    if (now - this.#size.at >= SIZE_KNOWN_FOR) {
      // Sums come as text from some databases: they may be larger than their numbers.
      const [row] = await database.query<{ accepted: unknown; ended: unknown }>(SIZE);
      this.#size = { at: now, requests: Number(row?.accepted ?? 0) - Number(row?.ended ?? 0) };
    }
    return this.#size.requests;
  }
}

const OF_BUYERS = { table: 'seat_request', column: 'user_id', where: OPEN };

/** How many each buyer has that are not over. */
async function countsOf(
  transaction: Transaction,
  { dialect, arrivals }: { dialect: Dialect; arrivals: readonly Arrival[] },
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const buyers = [...new Set(arrivals.map(({ draft }) => draft.userId))];
  for (const { sql, params } of dialect.countEach(OF_BUYERS, buyers)) {
    const rows = await transaction.query<{ value: string; found: number }>(sql, params);
    for (const { value, found } of rows) counts.set(value, found);
  }
  return counts;
}
