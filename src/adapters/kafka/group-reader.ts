import { setTimeout as pause } from 'node:timers/promises';
import { innermost } from './failures.ts';
import { GroupMember } from './group-member.ts';
import type { KafkaLimits, KafkaOptions } from './options.ts';
import { type ReadRecord, Share } from './share.ts';

export interface GroupReading {
  topic: string;
  group: string;
  /** Records that may be begun and not ended; 1 keeps their order. */
  atOnce: number;
  /**
   * Deals with a record, in the order of its partition, and resolves when it need not be delivered again. Rejects only
   * once `given` is aborted: the record is somebody else's then, or comes again.
   */
  take(record: ReadRecord, given: AbortSignal): Promise<void>;
}

/**
 * Reads a topic as a member of a group until it is closed, whatever fails. What was read and not dealt with is read
 * again, by this member or by another: offsets are committed after the effect.
 */
export class GroupReader {
  readonly #reading: GroupReading;
  readonly #settings: { options: KafkaOptions; limits: KafkaLimits };
  readonly #partitions: () => Promise<number>;
  readonly #closing = new AbortController();
  /** Resolves when it has been closed. */
  readonly ended: Promise<void>;
  #trouble: { why: string; since: number } | undefined = {
    why: 'not yet connected',
    since: performance.now(),
  };

  constructor(
    reading: GroupReading,
    settings: { options: KafkaOptions; limits: KafkaLimits; partitions: () => Promise<number> },
  ) {
    this.#reading = reading;
    this.#settings = settings;
    this.#partitions = settings.partitions;
    this.ended = this.#run();
  }

  /** Why it has not read for `millis`; undefined when it has. */
  troubleFor(millis: number): string | undefined {
    if (!this.#trouble || performance.now() - this.#trouble.since < millis) return undefined;
    return `${this.#reading.group}: ${this.#trouble.why}`;
  }

  /** Reads no more; resolves when what was begun has ended, or cannot, and the group has been left. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.ended;
  }

  async #run(): Promise<void> {
    const { retryMillis } = this.#settings.limits;
    while (!this.#closing.signal.aborted) {
      let member: GroupMember | undefined;
      try {
        await this.#partitions();
        member = await GroupMember.join(this.#reading, this.#settings);
        this.#trouble = undefined;
        await this.#readAs(member);
      } catch (error) {
        this.#trouble = { why: innermost(error), since: this.#trouble?.since ?? performance.now() };
      }
      await member?.leave();
      if (!this.#closing.signal.aborted)
        await pause(retryMillis, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
  }

  /** Throws when the membership is not to be saved. */
  async #readAs(member: GroupMember): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const share = new Share(this.#reading, member);
      const stop = () => share.end();
      this.#closing.signal.addEventListener('abort', stop);
      try {
        await share.read();
      } finally {
        this.#closing.signal.removeEventListener('abort', stop);
      }
    }
  }
}
