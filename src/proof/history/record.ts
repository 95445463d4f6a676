import type { Millis } from '../../core/clock.ts';

/** What a buyer does that a history speaks about. `release` gives a hold back, `cancel` ends a booking. */
export type HistoryOp = 'hold' | 'release' | 'book' | 'confirm' | 'cancel';

/**
 * ok: acknowledged. fail: a definite no, nothing happened. info: unknown (a timeout, a broken connection, an answer
 * marked indefinite), so the effect may or may not have taken place, at any time since.
 */
export type HistoryOutcome = 'ok' | 'fail' | 'info';

/** One request as its client saw it. Times are of one clock, the client's; no fact comes from the server's tables. */
export interface HistoryRecord {
  client: string;
  op: HistoryOp;
  /** The Idempotency-Key it was sent with; empty for none. */
  key: string;
  /** The seats it is about: asked for, or of the booking. */
  seats: readonly number[];
  /** Known from `book` on. A confirm or a cancel without it proves nothing and is refused by the checker. */
  bookingId?: number;
  invokedAt: Millis;
  /** When the answer came, or when the client gave up. */
  completedAt: Millis;
  outcome: HistoryOutcome;
  /** What was answered; two answers are the same when status and digest of the body are. */
  answer?: { status: number; digest: string };
  /** A `fail` that only says "not now" (429, 503, the same key in flight), so it may follow an `ok` of the same key. */
  notNow?: true;
}

/** One broken promise, with the number it has in docs/safety.md and the records that show it. */
export interface Violation {
  invariant: 2 | 27 | 32;
  message: string;
  /** Of a double sale. */
  seat?: number;
  evidence: readonly HistoryRecord[];
}
