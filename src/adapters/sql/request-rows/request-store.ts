import type { Clock, Millis } from '../../../core/clock.ts';
import type { CommandKey } from '../../../core/command.ts';
import type { Random } from '../../../core/random.ts';
import type { Refusal } from '../../../core/refusal.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { Accepted } from '../../../request-queue/ports/request-queue.ts';
import type { Dequeues, RequestLimits, RequestStore } from '../../../request-queue/ports/request-store.ts';
import { excused, type SeatRequest } from '../../../request-queue/request.ts';
import type { Database } from '../database.ts';
import { AcceptedHere } from './accepted-here.ts';
import { AcceptDesk } from './accepting.ts';
import { claimNext, type Taken } from './claiming.ts';
import { cancel, settle } from './ending.ts';
import type { EventDesk } from './event-desk.ts';
import { CLAIM_TERM, EventDesks } from './event-desks.ts';
import { KnownLanes } from './known-lanes.ts';
import { Looking } from './looking.ts';
import { PreparedEvents } from './prepared-events.ts';
import { revive } from './reviving.ts';

export interface SqlRequestStoreNeeds {
  database: Database;
  clock: Clock;
  random: Random;
  dequeues?: Partial<Dequeues>;
  limits: RequestLimits;
  starvationBound: number;
}

const NODE_BYTES = 8;

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
  readonly #prepared: PreparedEvents;
  readonly #desks: EventDesks;

  constructor(needs: SqlRequestStoreNeeds) {
    const { database, clock, limits, starvationBound, random } = needs;
    this.#needs = needs;
    this.#me = random.hex(NODE_BYTES);
    this.#known = new KnownLanes(starvationBound);
    this.#looking = new Looking({ database, clock, known: this.#known });
    this.#prepared = new PreparedEvents(database, this.#looking);
    this.#accepted = new AcceptedHere(clock);
    this.#desks = new EventDesks({
      me: this.#me,
      database,
      clock,
      known: this.#known,
      accepted: this.#accepted,
    });
    this.#arrivals = new AcceptDesk({
      database,
      clock,
      limits,
      starvationBound,
      accepted: this.#accepted,
      prepared: (eventId) => this.#prepared.prepare(eventId),
      tailIs: (tail) => this.#known.tailIs(tail),
    });
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
    const prepared = this.#prepared.prepare(eventId);
    if (prepared) await prepared;
    const desk = this.#desks.of(eventId);
    const taken = await this.#claimAt(desk, limit);
    if (taken === 'served elsewhere')
      throw new Unavailable(`another node serves the queue of event ${eventId}`);
    return taken.requests;
  }

  oursUntil(eventId: number): Millis {
    return this.#desks.oursUntil(eventId);
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
      const desk = this.#desks.of(eventId);
      if (desk.inFlight.get(requestId) !== revision) continue;
      desk.inFlight.delete(requestId);
      desk.excused.set(requestId, attempts);
      desk.hasBegun = true;
    }
  }

  async cancel(requestId: string): Promise<SeatRequest | undefined> {
    const found = await this.find(requestId);
    if (found?.state !== 'PENDING') return found;
    const prepared = this.#prepared.prepare(found.eventId);
    if (prepared) await prepared;
    const request = await this.#desks.of(found.eventId).take(
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
    await this.#prepared.prepareAll();
    return this.#looking.heads();
  }

  async revive(requestId: string): Promise<SeatRequest | undefined> {
    const found = await this.find(requestId);
    if (found?.state !== 'DEAD') return undefined;
    await this.#prepared.prepare(found.eventId);
    const done = await revive(this.#needs.database, found);
    if (done) this.#known.tailIs(done.tail);
    return done?.request;
  }

  close(): Promise<void> {
    return this.#desks.close();
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
    const desk = this.#desks.of(eventId);
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
}
