import type { Millis } from './clock.ts';

/** A fact on its way from the slice that committed it to whoever listens. */
export interface Message {
  /** Unique; a consumer that has seen it ignores it. */
  messageId: string;
  topic: string;
  /** Messages of one key arrive in the order in which they were committed. */
  key: string;
  body: unknown;
  at: Millis;
}

/** Carries messages at least once. */
export interface EventBus {
  /** Resolves when every subscriber has taken the message, or the broker has. */
  publish(messages: readonly Message[]): Promise<void>;
  /**
   * `consumer` names who listens: each consumer gets every message of the topic. It is handed the next one when it has
   * taken the one before; `atOnce` is for a consumer to whom order means nothing, and hands it so many without waiting.
   */
  subscribe(
    topic: string,
    consumer: string,
    handle: (message: Message) => Promise<void> | void,
    options?: { atOnce?: number },
  ): void;
}

/** Messages that were committed with the state they tell of, and not yet published. */
export interface Outbox {
  /** The oldest, in the order of their commits. */
  waiting(limit: number): Promise<{ position: number; message: Message }[]>;
  /** Forgets what has been published. */
  published(positions: readonly number[]): Promise<void>;
}
