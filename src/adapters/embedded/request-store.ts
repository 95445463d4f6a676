import type { Clock } from '../../core/clock.ts';
import type { CommandKey, CommandRecord } from '../../core/command.ts';
import { LatestMap } from '../../core/latest-map.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { stamp } from '../../core/stamp.ts';
import { Unavailable } from '../../core/unavailable.ts';
import { EventLanes } from '../../request-queue/event-lanes.ts';
import type { Lane } from '../../request-queue/policy.ts';
import type { Claims, RequestLedger } from '../../request-queue/ports/request-ledger.ts';
import type {
  Accepted,
  Dequeues,
  RequestLimits,
  RequestStore,
} from '../../request-queue/ports/request-store.ts';
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
import { type Entry, QueueMemory } from './queue-memory.ts';

export interface EmbeddedRequestStoreNeeds {
  clock: Clock;
  ledger: RequestLedger;
  dequeues?: Partial<Dequeues>;
  limits: RequestLimits;
  starvationBound: number;
}

const READ_AT_ONCE = 10_000;
/** Ended requests, for those who ask again and again. */
const ENDED_REMEMBERED = 40_000;

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
  readonly #ended = new LatestMap<string, SeatRequest>({ most: ENDED_REMEMBERED });
  /** Put back through no fault of theirs: so many claims count, whatever the ledger says. */
  readonly #excused = new Map<string, number>();
  readonly #arrivals: Arrivals;
  #memory: QueueMemory | undefined;
  #loading: Promise<void> | undefined;
  #epoch = 0;
  #places = 0;

  constructor(needs: EmbeddedRequestStoreNeeds) {
    this.#needs = needs;
    this.#arrivals = new Arrivals(needs.ledger);
  }

  async accept<R>(
    draft: RequestDraft,
    replyTo: (accepted: Accepted) => R,
    key?: CommandKey,
  ): Promise<{ request: SeatRequest; reply: R } | Refusal> {
    const memory = this.#inMemory() ?? (await this.#load());
    const full = this.#fullFor(memory, draft);
    if (full) return full;
    const now = this.#needs.clock.now();
    const request = newRequest(draft, this.#nextPlace(), now);
    const reply = replyTo({ request, ahead: memory.lanesOf(draft.eventId).aheadOfNext(draft.lane) });
    await this.#arrive(memory, request, key && { key, reply, at: now });
    return { request, reply };
  }

  async claim(eventId: number, limit: number): Promise<SeatRequest[]> {
    const memory = this.#inMemory() ?? (await this.#load());
    const { dequeues } = this.#needs;
    const lanes = memory.existing(eventId);
    const claim = (before: SeatRequest): Move => ({
      before,
      entry: memory.decide(claimed(before), 'claimed'),
    });
    const moves = lanes?.takeBegun().map(claim) ?? [];
    const isAgain = moves.length > 0;
    while (lanes && !isAgain && moves.length < limit) {
      const views = dequeues?.dequeued && lanes.views();
      const before = lanes.take();
      if (!before) break;
      if (views) dequeues?.dequeued?.(before, views);
      moves.push(claim(before));
    }
    const taken = moves.map(({ entry }) => entry.request);
    await this.#write(memory, moves, claimsOf(eventId, moves));
    return taken;
  }

  async settle(requests: readonly SeatRequest[]): Promise<SeatRequest[]> {
    const memory = this.#inMemory() ?? (await this.#load());
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
  }

  putBack(requests: readonly SeatRequest[]): void {
    for (const request of requests) {
      this.#excused.set(request.requestId, request.attempts);
      const entry = this.#memory?.find(request.requestId);
      if (entry?.standing !== 'claimed' || entry.request.revision !== request.revision) continue;
      this.#memory?.waitAgain(entry, request);
    }
  }

  async cancel(requestId: string): Promise<SeatRequest | undefined> {
    const memory = this.#inMemory() ?? (await this.#load());
    const known = memory.find(requestId);
    if (!known) return this.find(requestId);
    // While a claim or another cancel is on its way to the ledger, nobody can say yet which of them it will be.
    if (known.standing !== 'waiting' || known.request.state !== 'PENDING') {
      await this.#settled();
      return this.find(requestId);
    }
    const before = known.request;
    memory.unwait(known);
    const entry = memory.decide(cancelled(before, this.#needs.clock.now()), 'leaving');
    await this.#write(memory, [{ before, entry }]);
    this.#finish(memory, entry);
    return entry.request;
  }

  async find(requestId: string): Promise<SeatRequest | undefined> {
    const memory = this.#inMemory() ?? (await this.#load());
    return (
      memory.find(requestId)?.durable ?? this.#ended.get(requestId) ?? this.#needs.ledger.find(requestId)
    );
  }

  async unfinishedOf(userId: string): Promise<SeatRequest[]> {
    const memory = this.#inMemory() ?? (await this.#load());
    return memory.of(userId);
  }

  async counts(eventId: number) {
    const memory = this.#inMemory() ?? (await this.#load());
    return (memory.existing(eventId) ?? new EventLanes(this.#needs.starvationBound)).counts();
  }

  ahead({ requestId }: SeatRequest): number | undefined {
    const entry = this.#inMemory()?.find(requestId);
    if (entry?.standing !== 'waiting' || entry.request.state !== 'PENDING') return undefined;
    return this.#memory?.existing(entry.request.eventId)?.ahead(entry.request);
  }

  /** Nobody else is there, and what is in memory is the present. */
  oursUntil = () => Number.MAX_SAFE_INTEGER;
  refresh = async () => undefined;

  async heads(): Promise<SeatRequest[]> {
    const memory = this.#inMemory() ?? (await this.#load());
    return memory.heads();
  }

  async revive(requestId: string): Promise<SeatRequest | undefined> {
    const memory = this.#inMemory() ?? (await this.#load());
    const dead = await this.find(requestId);
    if (dead?.state !== 'DEAD' || memory.find(requestId)) return undefined;
    const request = revived(dead, this.#nextPlace());
    this.#ended.delete(requestId);
    await this.#arrive(memory, request);
    return request;
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
        this.#excused.set(again.requestId, again.attempts);
        memory.waitAgain(entry, again);
      }
      throw error;
    }
    for (const { entry } of moves) memory.written(entry);
  }

  #finish(memory: QueueMemory, entry: Entry): void {
    this.#ended.set(entry.request.requestId, entry.request);
    this.#excused.delete(entry.request.requestId);
    memory.drop(entry);
  }

  #fullFor(memory: QueueMemory, { eventId, userId }: RequestDraft): Refusal | undefined {
    const { perEvent, inAll, perBuyer } = this.#needs.limits;
    if (memory.size >= inAll || (memory.existing(eventId)?.size ?? 0) >= perEvent)
      return refuse('QUEUE_FULL');
    return memory.countOf(userId) >= perBuyer ? refuse('REQUEST_LIMIT', { limit: perBuyer }) : undefined;
  }

  #nextPlace(): number {
    this.#places++;
    return stamp(this.#epoch, this.#places);
  }

  #inMemory(): QueueMemory | undefined {
    return this.#memory?.lineage === this.#needs.ledger.lineage() ? this.#memory : undefined;
  }

  /** Waits until everything decided so far is on disk. Throws Unavailable when it was lost instead. */
  async #settled(): Promise<void> {
    const { ledger } = this.#needs;
    const lineage = ledger.lineage();
    await ledger.settled();
    if (ledger.lineage() !== lineage) throw new Unavailable('the queue is being read anew');
  }

  /** One load at a time, whoever asks; looked at again after it, for what was loaded may be lost before this turn came. */
  async #load(): Promise<QueueMemory> {
    for (;;) {
      const memory = this.#inMemory();
      if (memory) return memory;
      this.#loading ??= this.#read().finally(() => {
        this.#loading = undefined;
      });
      await this.#loading;
    }
  }

  async #read(): Promise<void> {
    const { ledger, starvationBound } = this.#needs;
    await ledger.settled();
    const lineage = ledger.lineage();
    const epoch = await ledger.raiseEpoch();
    const memory = new QueueMemory(lineage, starvationBound, this.#memory);
    let after = 0;
    for (;;) {
      const page = await ledger.unfinished(after, READ_AT_ONCE);
      for (const request of page) {
        const attempts = this.#excused.get(request.requestId) ?? request.attempts;
        const entry = memory.add({ ...request, attempts: Math.min(attempts, request.attempts) }, 'coming');
        memory.written(entry);
        memory.wait(entry);
      }
      after = page.at(-1)?.place ?? after;
      if (page.length < READ_AT_ONCE) break;
    }
    this.#memory = memory;
    this.#epoch = epoch;
    this.#places = 0;
    this.#ended.clear();
    for (const requestId of this.#excused.keys())
      if (!memory.find(requestId)) this.#excused.delete(requestId);
  }
}

/** First claims go in the order of the lane, so the last of them stands for all. */
function claimsOf(eventId: number, moves: readonly Move[]): Claims {
  const through = new Map<Lane, number>();
  for (const { before } of moves) if (before.state === 'PENDING') through.set(before.lane, before.place);
  return { eventId, through };
}
