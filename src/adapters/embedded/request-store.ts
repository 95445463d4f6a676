import type { Clock } from '../../core/clock.ts';
import type { CommandKey, CommandRecord } from '../../core/command.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { EventLanes } from '../../request-queue/event-lanes.ts';
import type { Lane } from '../../request-queue/policy.ts';
import type { Claims, RequestLedger } from '../../request-queue/ports/request-ledger.ts';
import type { Accepted } from '../../request-queue/ports/request-queue.ts';
import type { Dequeues, RequestLimits, RequestStore } from '../../request-queue/ports/request-store.ts';
import {
  cancelled,
  claimed,
  excused,
  newRequest,
  type RequestDraft,
  revived,
  type SeatRequest,
} from '../../request-queue/request.ts';
import { Arrivals } from './arrivals.ts';
import { LoadedQueue } from './loaded-queue.ts';
import type { Entry, QueueMemory } from './queue-memory.ts';

export interface EmbeddedRequestStoreNeeds {
  clock: Clock;
  ledger: RequestLedger;
  dequeues?: Partial<Dequeues>;
  limits: RequestLimits;
  starvationBound: number;
}

/** What was decided of a request, and what it was before. */
interface Move {
  before: SeatRequest;
  entry: Entry;
}

/**
 * The queue in process: everybody who waits is kept in memory, which is read from the ledger at first need. A move is
 * decided at once, on top of moves whose commits are under way, and shown to nobody before its own commit; commits keep
 * the order of decisions. When a commit fails, all of it is thrown away and read anew.
 */
export function embeddedRequestStore(needs: EmbeddedRequestStoreNeeds): RequestStore {
  return new EmbeddedRequestStore(needs);
}

class EmbeddedRequestStore implements RequestStore {
  readonly #needs: EmbeddedRequestStoreNeeds;
  readonly #arrivals: Arrivals;
  readonly #queue: LoadedQueue;

  constructor(needs: EmbeddedRequestStoreNeeds) {
    this.#needs = needs;
    this.#arrivals = new Arrivals(needs.ledger);
    this.#queue = new LoadedQueue(needs.ledger, needs.starvationBound);
  }

  accept<R>(
    draft: RequestDraft,
    replyTo: (accepted: Accepted) => R,
    key?: CommandKey,
  ): Promise<{ request: SeatRequest; reply: R } | Refusal> {
    return this.#queue.use(async (memory) => {
      const full = this.#fullFor(memory, draft);
      if (full) return full;
      const now = this.#needs.clock.now();
      const request = newRequest(draft, this.#queue.nextPlace(), now);
      const reply = replyTo({ request, ahead: memory.lanesOf(draft.eventId).aheadOfNext(draft.lane) });
      await this.#arrive(memory, request, key && { key, reply, at: now });
      return { request, reply };
    });
  }

  claim(eventId: number, limit: number): Promise<SeatRequest[]> {
    return this.#queue.use(async (memory) => {
      const moves = this.#claims(memory, eventId, limit);
      const taken = moves.map(({ entry }) => entry.request);
      await this.#write(memory, moves, claimsOf(eventId, moves));
      return taken;
    });
  }

  settle(requests: readonly SeatRequest[]): Promise<SeatRequest[]> {
    return this.#queue.use(async (memory) => {
      const moves: Move[] = [];
      for (const request of requests) {
        const known = memory.find(request.requestId);
        if (known?.request.revision !== request.revision - 1) continue;
        const before = known.request;
        memory.unwait(known);
        moves.push({ before, entry: memory.decide(request, known.standing) });
      }
      await this.#write(memory, moves);
      for (const { entry } of moves) this.#finish(memory, entry);
      return moves.map(({ entry }) => entry.request);
    });
  }

  putBack(requests: readonly SeatRequest[]): void {
    const memory = this.#queue.latest();
    for (const request of requests) {
      this.#queue.excused.set(request.requestId, request.attempts);
      const entry = memory?.find(request.requestId);
      if (entry?.standing !== 'claimed' || entry.request.revision !== request.revision) continue;
      memory?.waitAgain(entry, request);
    }
  }

  cancel(requestId: string): Promise<SeatRequest | undefined> {
    return this.#queue.use(async (memory) => {
      const known = memory.find(requestId);
      if (!known) return this.find(requestId);
      // While a claim or another cancel is on its way to the ledger, nobody can say yet which of them it will be.
      if (known.standing !== 'waiting' || known.request.state !== 'PENDING') {
        await this.#queue.settled();
        return this.find(requestId);
      }
      const before = known.request;
      memory.unwait(known);
      const entry = memory.decide(cancelled(before, this.#needs.clock.now()), 'leaving');
      await this.#write(memory, [{ before, entry }]);
      this.#finish(memory, entry);
      return entry.request;
    });
  }

  find(requestId: string): Promise<SeatRequest | undefined> {
    return this.#queue.use(
      (memory) =>
        memory.find(requestId)?.durable ??
        this.#queue.ended.get(requestId) ??
        this.#needs.ledger.find(requestId),
    );
  }

  unfinishedOf(userId: string): Promise<SeatRequest[]> {
    return this.#queue.use((memory) => memory.of(userId));
  }

  counts(eventId: number) {
    return this.#queue.use((memory) =>
      (memory.existing(eventId) ?? new EventLanes(this.#needs.starvationBound)).counts(),
    );
  }

  ahead({ requestId }: SeatRequest): number | undefined {
    const memory = this.#queue.inMemory();
    const entry = memory?.find(requestId);
    if (entry?.standing !== 'waiting' || entry.request.state !== 'PENDING') return undefined;
    return memory?.existing(entry.request.eventId)?.ahead(entry.request);
  }

  /** Nobody else is there, and what is in memory is the present. */
  oursUntil = () => Number.MAX_SAFE_INTEGER;
  refresh = async () => undefined;

  heads(): Promise<SeatRequest[]> {
    return this.#queue.use((memory) => memory.heads());
  }

  async revive(requestId: string): Promise<SeatRequest | undefined> {
    const dead = await this.find(requestId);
    if (dead?.state !== 'DEAD') return undefined;
    return this.#queue.use(async (memory) => {
      if (memory.find(requestId)) return undefined;
      const request = revived(dead, this.#queue.nextPlace());
      this.#queue.ended.delete(requestId);
      await this.#arrive(memory, request);
      return request;
    });
  }

  /** Those whose claim was begun and not ended come again alone, before anybody else is taken. */
  #claims(memory: QueueMemory, eventId: number, limit: number): Move[] {
    const { dequeues } = this.#needs;
    const lanes = memory.existing(eventId);
    const claim = (before: SeatRequest): Move => ({
      before,
      entry: memory.decide(claimed(before), 'claimed'),
    });
    const again = lanes?.takeBegun().map(claim) ?? [];
    if (!lanes || again.length > 0) return again;
    const moves: Move[] = [];
    while (moves.length < limit) {
      const views = dequeues?.dequeued && lanes.views();
      const before = lanes.take();
      if (!before) break;
      if (views) dequeues?.dequeued?.(before, views);
      moves.push(claim(before));
    }
    return moves;
  }

  /** To the end of its lane, once it is written. */
  async #arrive(memory: QueueMemory, request: SeatRequest, record?: CommandRecord): Promise<void> {
    const arrived = memory.lanesOf(request.eventId).expect(request.lane);
    const entry = memory.add(request, 'coming');
    try {
      await this.#arrivals.add(request, record);
    } catch (error) {
      memory.drop(entry);
      throw error;
    } finally {
      arrived();
    }
    memory.written(entry);
    memory.wait(entry);
  }

  /** Writes what was decided. When it fails, everybody waits again as before. */
  async #write(memory: QueueMemory, moves: readonly Move[], claims?: Claims): Promise<void> {
    if (moves.length === 0) return;
    const rows = claims ? moves.filter(({ before }) => before.state !== 'PENDING') : moves;
    const requests = rows.map(({ entry }) => entry.request);
    try {
      await this.#needs.ledger.append(requests, claims && { claims });
    } catch (error) {
      for (const { before, entry } of moves) {
        const again = before.state === 'PROCESSING' && !claims ? excused(before) : before;
        this.#queue.excused.set(again.requestId, again.attempts);
        memory.waitAgain(entry, again);
      }
      throw error;
    }
    for (const { entry } of moves) memory.written(entry);
  }

  #finish(memory: QueueMemory, entry: Entry): void {
    this.#queue.ended.set(entry.request.requestId, entry.request);
    this.#queue.excused.delete(entry.request.requestId);
    memory.drop(entry);
  }

  #fullFor(memory: QueueMemory, { eventId, userId }: RequestDraft): Refusal | undefined {
    const { perEvent, inAll, perBuyer } = this.#needs.limits;
    if (memory.size >= inAll || (memory.existing(eventId)?.size ?? 0) >= perEvent)
      return refuse('QUEUE_FULL');
    return memory.countOf(userId) >= perBuyer ? refuse('REQUEST_LIMIT', { limit: perBuyer }) : undefined;
  }
}

/** First claims go in the order of the lane, so the last of them stands for all. */
function claimsOf(eventId: number, moves: readonly Move[]): Claims {
  const through = new Map<Lane, number>();
  for (const { before } of moves) if (before.state === 'PENDING') through.set(before.lane, before.place);
  return { eventId, through };
}
