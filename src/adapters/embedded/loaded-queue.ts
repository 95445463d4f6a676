import { LatestMap } from '../../core/latest-map.ts';
import { stamp } from '../../core/stamp.ts';
import { Unavailable } from '../../core/unavailable.ts';
import type { RequestLedger } from '../../request-queue/ports/request-ledger.ts';
import type { SeatRequest } from '../../request-queue/request.ts';
import { onGood } from './on-good.ts';
import { QueueMemory } from './queue-memory.ts';

const READ_AT_ONCE = 10_000;
/** Ended requests, for those who ask again and again. */
const ENDED_REMEMBERED = 40_000;

/** Everybody who waits, read from the ledger at first need, and anew when the ledger lost what the memory rests on. */
export class LoadedQueue {
  readonly ended = new LatestMap<string, SeatRequest>({ most: ENDED_REMEMBERED });
  /** Put back through no fault of theirs: so many claims count, whatever the ledger says. */
  readonly excused = new Map<string, number>();
  readonly #ledger: RequestLedger;
  readonly #starvationBound: number;
  #memory: QueueMemory | undefined;
  #loading: Promise<void> | undefined;
  #epoch = 0;
  #places = 0;

  constructor(ledger: RequestLedger, starvationBound: number) {
    this.#ledger = ledger;
    this.#starvationBound = starvationBound;
  }

  /** Undefined when it must be read first. */
  inMemory(): QueueMemory | undefined {
    return this.#memory?.lineage === this.#ledger.lineage() ? this.#memory : undefined;
  }

  /** The same, also when it is to be read anew: for what changes nothing but this memory. */
  latest(): QueueMemory | undefined {
    return this.#memory;
  }

  /** Acts on what is in memory, read first where it must be. */
  use<R>(act: (memory: QueueMemory) => R | Promise<R>): Promise<R> {
    const inMemory = () => this.inMemory();
    const load = () => this.#load();
    return onGood(inMemory, load, act);
  }

  nextPlace(): number {
    this.#places++;
    return stamp(this.#epoch, this.#places);
  }

  /** Waits until everything decided so far is on disk. Throws Unavailable when it was lost instead. */
  async settled(): Promise<void> {
    const lineage = this.#ledger.lineage();
    await this.#ledger.settled();
    if (this.#ledger.lineage() !== lineage) throw new Unavailable('the queue is being read anew');
  }

  /** One load at a time, whoever asks. */
  #load(): Promise<void> {
    this.#loading ??= this.#read().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #read(): Promise<void> {
    await this.#ledger.settled();
    const lineage = this.#ledger.lineage();
    const epoch = await this.#ledger.raiseEpoch();
    const memory = new QueueMemory(lineage, this.#starvationBound, this.#memory);
    let after = 0;
    for (;;) {
      const page = await this.#ledger.unfinished(after, READ_AT_ONCE);
      for (const request of page) {
        const attempts = this.excused.get(request.requestId) ?? request.attempts;
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
    this.ended.clear();
    for (const requestId of this.excused.keys()) if (!memory.find(requestId)) this.excused.delete(requestId);
  }
}
