import type { Millis } from './clock.ts';
import { isConflict } from './conflict.ts';
import { type Refusal, refuse } from './refusal.ts';
import { afterFailure } from './unavailable.ts';

/**
 * The identity of a request that must take effect at most once, computed by http from the principal, the route and
 * the client's Idempotency-Key. The slice that owns the effect stores the reply under it in the same commit.
 */
export interface CommandKey {
  /** Principal, route and key in one string; unique per effect. */
  id: string;
  /** Digest of the canonical body: the same id with another digest is a client's mistake. */
  bodyHash: string;
}

/** What was answered to a command, as it is stored with its effect. The reply must survive JSON unchanged. */
export interface CommandRecord {
  readonly key: CommandKey;
  readonly reply: unknown;
  readonly at: Millis;
}

/** Remembers answered commands for at least 24 hours, across restarts. */
export interface CommandLog {
  /** The committed record under this id, if there is one. */
  find(id: string): Promise<CommandRecord | undefined>;
}

/**
 * Lets a command with a key take effect at most once: answers a repeated one from the log, refuses one with another
 * body, and one whose first sending is still on its way. `run` must commit the record together with the effect.
 * Two sendings at two nodes are kept apart by the record's primary key, here by the in-flight table: the one that was
 * second is answered like the first.
 */
export class Once {
  readonly #log: CommandLog;
  readonly #isAlone: boolean;
  readonly #inFlight = new Map<string, { bodyHash: string; answer: Promise<unknown> }>();

  /** Not `isAlone` where other nodes take commands, too. */
  constructor(log: CommandLog, { isAlone = true }: { isAlone?: boolean } = {}) {
    this.#log = log;
    this.#isAlone = isAlone;
  }

  run<R>(key: CommandKey | undefined, run: () => Promise<R | Refusal>): Promise<R | Refusal> {
    return key ? this.#runOnce(key, run) : run();
  }

  /** The same, but whoever sends it while the first sending is on its way here waits for that one's answer, and has it too. */
  runTogether<R>(key: CommandKey | undefined, run: () => Promise<R | Refusal>): Promise<R | Refusal> {
    const first = key && this.#inFlight.get(key.id);
    return first?.bodyHash === key?.bodyHash && first
      ? (first.answer as Promise<R | Refusal>)
      : this.run(key, run);
  }

  async #runOnce<R>(key: CommandKey, run: () => Promise<R | Refusal>): Promise<R | Refusal> {
    const first = this.#inFlight.get(key.id);
    if (first?.bodyHash === key.bodyHash) return underWay();
    if (first) return this.#besideAnother(key);
    const answer = this.#answerTo(key, run);
    this.#inFlight.set(key.id, { bodyHash: key.bodyHash, answer });
    try {
      return await answer;
    } finally {
      this.#inFlight.delete(key.id);
    }
  }

  async #answerTo<R>(key: CommandKey, run: () => Promise<R | Refusal>): Promise<R | Refusal> {
    const found = await this.#log.find(key.id);
    return found ? sameReply(found, key) : this.#orElsewhere(key, run);
  }

  /** Of two bodies, the one on its way here need not be the first: another node may have answered the other. */
  async #besideAnother<R>(key: CommandKey): Promise<R | Refusal> {
    const found = this.#isAlone ? undefined : await this.#log.find(key.id);
    if (found) return sameReply(found, key);
    return this.#isAlone ? refuse('IDEMPOTENCY_MISMATCH') : underWay();
  }

  async #orElsewhere<R>(key: CommandKey, run: () => Promise<R | Refusal>): Promise<R | Refusal> {
    try {
      return await run();
    } catch (error) {
      const found = isConflict(error) && (await afterFailure(error, () => this.#log.find(key.id)));
      if (!found) throw error;
      return sameReply(found, key);
    }
  }
}

function underWay(): Refusal {
  return refuse('IDEMPOTENCY_IN_FLIGHT', {}, { retryAfterSeconds: 1 });
}

/** What is said to a command that was answered before: the same, unless its body is another one. */
export function sameReply<R>(found: CommandRecord, key: CommandKey): R | Refusal {
  return found.key.bodyHash === key.bodyHash ? (found.reply as R) : refuse('IDEMPOTENCY_MISMATCH');
}
