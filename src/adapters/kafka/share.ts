import { setMaxListeners } from 'node:events';
import type { Fetched, FetchedRecord, GroupMember } from './group-member.ts';
import { Progress } from './progress.ts';

export type ReadRecord = FetchedRecord;

interface ShareReading {
  atOnce: number;
  take(record: ReadRecord, given: AbortSignal): Promise<void>;
}

/** The partitions that a member has until the shares change. */
export class Share {
  readonly #reading: ShareReading;
  readonly #member: GroupMember;
  readonly #given = new AbortController();
  readonly #progress = new Map<number, Progress>();
  readonly #begun = new Set<Promise<void>>();
  #failure: Error | undefined;
  #isCommitting = false;
  /** Whether something has ended that no commit knows of. */
  #hasEnded = false;
  #wake: () => void = () => undefined;

  constructor(reading: ShareReading, member: GroupMember) {
    this.#reading = reading;
    this.#member = member;
    // As many wait for it as records may be begun.
    setMaxListeners(0, this.#given.signal);
    member.whenChanged((error) => this.end(error));
  }

  /** Reads no more; `error` is why the membership cannot go on. */
  end(error?: Error): void {
    this.#failure ??= error;
    this.#given.abort();
    this.#wake();
  }

  /** Returns when the shares have changed, or it was ended. Throws what ended the membership. */
  async read(): Promise<void> {
    const { generation } = this.#member;
    try {
      const positions = await this.#member.positions();
      for (const [partition, position] of positions) this.#progress.set(partition, new Progress(position));
      if (positions.size === 0) await this.#changed();
      while (this.#isGiven(generation)) {
        const wanted = new Map([...this.#progress].map(([partition, { next }]) => [partition, next]));
        for (const fetched of await this.#member.fetch(wanted)) await this.#deal(fetched, generation);
      }
      // The shares are being changed, and are not yet known.
      if (!this.#given.signal.aborted) await this.#changed();
    } finally {
      this.#given.abort();
      await Promise.all(this.#begun);
      // What ended late is committed if the share is still this member's; refused, it is dealt with again.
      if (this.#member.generation === generation) await this.#commit().catch(() => undefined);
    }
    if (this.#failure) throw this.#failure;
  }

  #isGiven(generation: number): boolean {
    return !this.#given.signal.aborted && this.#member.generation === generation;
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#given.signal.aborted) resolve();
    });
  }

  async #deal({ partition, records, next }: Fetched, generation: number): Promise<void> {
    const progress = this.#progress.get(partition);
    if (!progress) return;
    for (const record of records) {
      while (this.#begun.size >= this.#reading.atOnce && this.#isGiven(generation))
        await Promise.race(this.#begun);
      if (!this.#isGiven(generation)) return;
      progress.begin(record.offset);
      this.#begin(record, progress);
    }
    progress.skipTo(next);
  }

  #begin(record: ReadRecord, progress: Progress): void {
    const { signal } = this.#given;
    const begun = this.#reading.take(record, signal).then(
      () => {
        progress.end(record.offset);
        this.#hasEnded = true;
        void this.#commitSoon();
      },
      (error: unknown) => {
        // A record is given back when the share is; anything else is a defect.
        if (!signal.aborted) throw error;
      },
    );
    const ended: Promise<void> = begun.finally(() => this.#begun.delete(ended));
    this.#begun.add(ended);
  }

  /** What ends while a commit is under way shares the next. */
  async #commitSoon(): Promise<void> {
    if (this.#isCommitting) return;
    this.#isCommitting = true;
    await undefined;
    try {
      while (this.#hasEnded && !this.#given.signal.aborted) await this.#commit();
    } catch (error) {
      this.end(error as Error);
    } finally {
      this.#isCommitting = false;
    }
  }

  async #commit(): Promise<void> {
    this.#hasEnded = false;
    const ended = new Map<number, bigint>();
    for (const [partition, progress] of this.#progress) {
      const offset = progress.takeEnded();
      if (offset !== undefined) ended.set(partition, offset);
    }
    if (ended.size > 0) await this.#member.commit(ended);
  }
}
