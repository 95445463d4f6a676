import { type Clock, type Millis, SECOND } from '../../../core/clock.ts';
import type { CommandKey } from '../../../core/command.ts';
import { every } from '../../../core/every.ts';
import { LatestMap } from '../../../core/latest-map.ts';
import type { Random } from '../../../core/random.ts';
import type { Refusal } from '../../../core/refusal.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import { LANES } from '../../../request-queue/policy.ts';
import type {
  Accepted,
  Dequeues,
  RequestLimits,
  RequestStore,
} from '../../../request-queue/ports/request-store.ts';
import { excused, type SeatRequest } from '../../../request-queue/request.ts';
import type { Database } from '../database.ts';
import { AcceptedHere } from './accepted-here.ts';
import { AcceptDesk } from './accepting.ts';
import { claimNext, type Taken } from './claiming.ts';
import { cancel, settle } from './ending.ts';
import { EventDesk } from './event-desk.ts';
import { KnownLanes } from './known-lanes.ts';
import { UNFINISHED } from './lanes-of-event.ts';
import { Looking } from './looking.ts';
import { prepareEvent } from './preparing.ts';
import { revive } from './reviving.ts';

export interface SqlRequestStoreNeeds {
  database: Database;
  clock: Clock;
  random: Random;
  dequeues?: Partial<Dequeues>;
  limits: RequestLimits;
  starvationBound: number;
}

/** A node of which nothing is heard for so long has lost what it claimed. */
export const CLAIM_TERM: Millis = 10 * SECOND;
const RENEWALS_PER_TERM = 4;
/** Clocks of nodes differ by less. */
const CAUTION: Millis = SECOND;
const NODE_BYTES = 8;
/** Events whose rows are known to be there. */
const EVENTS_MAX = 10_000;

const EVENTS_OF_ALL = `SELECT DISTINCT event_id FROM seat_request WHERE ${UNFINISHED}`;
const RENEW = 'UPDATE request_head SET held_until = ? WHERE event_id = ? AND holder = ?';
const RELEASE = 'UPDATE request_head SET held_until = 0 WHERE event_id = ? AND holder = ?';

export interface SqlRequestStore extends RequestStore {
  /** Leaves what was claimed here to others at once, and ends. */
  close(): Promise<void>;
}

/**
 * The queue as rows of the ledger, for any number of nodes. Of one event one node at a time has claims: it holds the
 * event's head, and says so again and again. When it falls silent another takes its place, and claims anew, under new
 * revisions, what was begun; a worker that comes back late then ends nothing.
 */
export function sqlRequestStore(needs: SqlRequestStoreNeeds): SqlRequestStore {
  return new RowsRequestStore(needs);
}

class RowsRequestStore implements SqlRequestStore {
  readonly #needs: SqlRequestStoreNeeds;
  readonly #me: string;
  readonly #arrivals: AcceptDesk;
  readonly #accepted: AcceptedHere;
  readonly #known: KnownLanes;
  readonly #looking: Looking;
  readonly #desks = new Map<number, EventDesk>();
  /** Events whose rows are there, or are being made. */
  readonly #prepared = new LatestMap<number, Promise<void> | undefined>({ most: EVENTS_MAX });
  readonly #stopRenewing: () => void;
  #foundAll = false;

  constructor(needs: SqlRequestStoreNeeds) {
    const { database, clock, limits, starvationBound, random } = needs;
    this.#needs = needs;
    this.#me = random.hex(NODE_BYTES);
    this.#known = new KnownLanes(starvationBound);
    this.#looking = new Looking({ database, clock, known: this.#known });
    this.#accepted = new AcceptedHere(clock);
    this.#arrivals = new AcceptDesk({
      database,
      clock,
      limits,
      starvationBound,
      accepted: this.#accepted,
      prepared: (eventId) => this.#prepare(eventId),
      tailIs: (tail) => this.#known.tailIs(tail),
    });
    this.#stopRenewing = every(clock, CLAIM_TERM / RENEWALS_PER_TERM, () => this.#renew());
  }

  accept<R>(
    draft: Parameters<RequestStore['accept']>[0],
    replyTo: (accepted: Accepted) => R,
    key?: CommandKey,
  ): Promise<{ request: SeatRequest; reply: R } | Refusal> {
    return this.#arrivals.accept(draft, replyTo, key);
  }

  async claim(eventId: number, limit: number): Promise<SeatRequest[]> {
    // Whoever tells of an event in which nobody ever waited shall leave no rows.
    if (!this.#prepared.has(eventId) && !(await this.#looking.knows(eventId))) return [];
    const prepared = this.#prepare(eventId);
    if (prepared) await prepared;
    const desk = this.#desk(eventId);
    const taken = await this.#claimAt(desk, limit);
    if (taken === 'served elsewhere')
      throw new Unavailable(`another node serves the queue of event ${eventId}`);
    return taken.requests;
  }

  oursUntil(eventId: number): Millis {
    const heldUntil = this.#desks.get(eventId)?.heldUntil ?? 0;
    return heldUntil - CAUTION;
  }

  async settle(requests: readonly SeatRequest[]): Promise<SeatRequest[]> {
    const eventIds = new Set(requests.map(({ eventId }) => eventId));
    const settled = await Promise.all(
      [...eventIds].map((eventId) =>
        this.#settleOf(
          eventId,
          requests.filter((request) => request.eventId === eventId),
        ),
      ),
    );
    return settled.flat();
  }

  putBack(requests: readonly SeatRequest[]): void {
    for (const { eventId, requestId, revision, attempts } of requests) {
      const desk = this.#desk(eventId);
      if (desk.inFlight.get(requestId) !== revision) continue;
      desk.inFlight.delete(requestId);
      desk.excused.set(requestId, attempts);
      desk.hasBegun = true;
    }
  }

  async cancel(requestId: string): Promise<SeatRequest | undefined> {
    const found = await this.find(requestId);
    if (found?.state !== 'PENDING') return found;
    const prepared = this.#prepare(found.eventId);
    if (prepared) await prepared;
    const request = await this.#desk(found.eventId).take(
      (round) => cancel(round, requestId),
      (gone) => {
        if (gone?.state === 'CANCELLED') this.#known.cancelled(gone);
      },
    );
    return request;
  }

  find(requestId: string): Promise<SeatRequest | undefined> {
    return this.#looking.find(requestId);
  }

  unfinishedOf(userId: string): Promise<SeatRequest[]> {
    return this.#looking.unfinishedOf(userId);
  }

  counts(eventId: number): ReturnType<RequestStore['counts']> {
    return this.#looking.counts(eventId);
  }

  ahead(request: SeatRequest): number | undefined {
    return this.#known.ahead(request);
  }

  refresh(eventId: number): Promise<void> {
    return this.#looking.refresh(eventId);
  }

  async heads(): Promise<SeatRequest[]> {
    if (!this.#foundAll) await this.#findAll();
    return this.#looking.heads();
  }

  async revive(requestId: string): Promise<SeatRequest | undefined> {
    const found = await this.find(requestId);
    if (found?.state !== 'DEAD') return undefined;
    await this.#prepare(found.eventId);
    const done = await revive(this.#needs.database, found);
    if (done) this.#known.tailIs(done.tail);
    return done?.request;
  }

  async close(): Promise<void> {
    this.#stopRenewing();
    for (const eventId of this.#desks.keys()) await this.#change(RELEASE, [eventId, this.#me]);
  }

  async #claimAt(desk: EventDesk, limit: number): Promise<Taken> {
    const { starvationBound: bound, dequeues } = this.#needs;
    const accepted = this.#accepted;
    const needs = { me: this.#me, limit, bound, termMillis: CLAIM_TERM, accepted, dequeues };
    try {
      return await desk.take(
        (round) => claimNext(round, desk, needs),
        (taken) => {
          if (taken === 'served elsewhere') return;
          if (taken.isTakeover) desk.inFlight.clear();
          desk.hasBegun = false;
          for (const { requestId, revision } of taken.requests) desk.inFlight.set(requestId, revision);
        },
      );
    } catch (error) {
      // Nobody knows what of it was written.
      desk.hasBegun = true;
      throw error;
    }
  }

  async #settleOf(eventId: number, requests: readonly SeatRequest[]): Promise<SeatRequest[]> {
    const desk = this.#desk(eventId);
    try {
      return await desk.take(
        (round) => settle(round, desk, { me: this.#me, termMillis: CLAIM_TERM, requests }),
        () => {
          for (const { requestId } of requests) {
            desk.inFlight.delete(requestId);
            desk.excused.delete(requestId);
          }
        },
      );
    } catch (error) {
      // Nobody has them now, so they are claimed again.
      this.putBack(requests.map((request) => excused({ ...request, revision: request.revision - 1 })));
      throw error;
    }
  }

  #desk(eventId: number): EventDesk {
    const known = this.#desks.get(eventId);
    if (known) return known;
    for (const [other, desk] of this.#desks) if (desk.isIdle) this.#desks.delete(other);
    const { database, clock } = this.#needs;
    const desk: EventDesk = new EventDesk(eventId, {
      database,
      clock,
      headIs: (head) => {
        this.#known.headIs(head);
        for (const lane of LANES) this.#accepted.passed({ eventId, lane }, head.through[lane]);
        desk.heldUntil = head.holder === this.#me ? head.heldUntil : 0;
      },
    });
    this.#desks.set(eventId, desk);
    return desk;
  }

  /** Undefined when the event's rows are there. */
  #prepare(eventId: number): Promise<void> | undefined {
    if (this.#prepared.has(eventId)) return this.#prepared.get(eventId);
    const preparing = this.#makeRows(eventId);
    this.#prepared.set(eventId, preparing);
    return preparing;
  }

  async #makeRows(eventId: number): Promise<void> {
    try {
      await prepareEvent(this.#needs.database, eventId);
      await this.#looking.refresh(eventId);
      this.#prepared.set(eventId, undefined);
    } catch (error) {
      this.#prepared.delete(eventId);
      throw error;
    }
  }

  /** What one process alone left in the queue has no head yet. Looked for once. */
  async #findAll(): Promise<void> {
    const events = await this.#needs.database.query<{ event_id: number }>(EVENTS_OF_ALL);
    for (const { event_id } of events) await this.#prepare(event_id);
    this.#foundAll = true;
  }

  /** Of what a worker of this node is at. What was put back is for whoever comes first, once its term is over. */
  async #renew(): Promise<void> {
    for (const desk of this.#desks.values()) {
      if (desk.inFlight.size === 0) continue;
      const until = this.#needs.clock.now() + CLAIM_TERM;
      const isHeld = await this.#change(RENEW, [until, desk.eventId, this.#me]);
      desk.heldUntil = isHeld ? Math.max(desk.heldUntil, until) : 0;
    }
  }

  async #change(sql: string, params: (string | number)[]): Promise<boolean> {
    const { database } = this.#needs;
    return (await database.transaction((transaction) => transaction.change(sql, params))) > 0;
  }
}
