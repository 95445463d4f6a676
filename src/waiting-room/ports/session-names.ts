import type { Millis } from '../../core/clock.ts';

/** A session under a name that says nothing about it. */
export interface NamedSession {
  readonly name: string;
  readonly eventId: number;
  readonly userId: string;
  /** Of the call by which he came in. */
  readonly admission: number;
  /** What the gate knows it by. */
  readonly session: string;
  readonly namedAt: Millis;
}

/** Names of sessions. Whoever knows one is let in with it, so it is as hard to guess as the session itself. */
export interface SessionNames {
  /** Durable when it resolves. A name is never given twice. */
  add(session: NamedSession): Promise<void>;
  find(name: string): Promise<NamedSession | undefined>;
  /** The latest one of somebody at an event. */
  latestOf(eventId: number, userId: string): Promise<NamedSession | undefined>;
  /** Those named before a time, which no session can still be under. */
  forgetBefore(time: Millis): Promise<void>;
}
