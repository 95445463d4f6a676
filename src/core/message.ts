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
  headers?: MessageHeaders;
}

/** What is carried along and is no part of the fact. */
export interface MessageHeaders {
  /** The trace that the fact belongs to, as W3C Trace Context writes it. */
  traceparent?: string;
  /** By which whoever wrote it takes part in a sale. Looked at once: no bus and no ledger of ours keeps it. */
  saleSession?: string;
}

/** Carries messages at least once. */
export interface EventBus {
  /**
   * Resolves when nothing can be lost any more: every consumer has taken the messages, or a broker keeps them until
   * then. Throws Unavailable otherwise: some consumers may have them, and published again they come twice.
   */
  publish(messages: readonly Message[]): Promise<void>;
  /**
   * `consumer` names who listens: each consumer gets every message of the topic, on one of the nodes. It is handed the
   * next one when it has taken the one before; `atOnce` is for a consumer to whom order means nothing, and hands it so
   * many without waiting, on all nodes. Messages of one key come in order; one that is delivered again may come after
   * later ones. A handler that throws Unavailable is handed the message again until it takes it; one that throws
   * anything else a few times has the message put among the dead letters, and is handed the next.
   */
  subscribe(
    topic: string,
    consumer: string,
    handle: (message: Message) => Promise<void> | void,
    options?: { atOnce?: number },
  ): void;
}

/** A message that its consumer could not take. */
export interface DeadLetter {
  consumer: string;
  message: Message;
  /** What the consumer said at last. */
  reason: string;
  /** How often it was handed over. */
  attempts: number;
  at: Millis;
}

/** Keeps what no consumer could take, for the organiser. */
export interface DeadLetters {
  /** Durable when it resolves. A message that its consumer gave up before changes nothing. */
  put(letter: DeadLetter): Promise<void>;
}

/** Messages that were committed with the state they tell of, and not yet published. */
export interface Outbox {
  /** The oldest, in the order of their commits. */
  waiting(limit: number): Promise<{ position: number; message: Message }[]>;
  /** How many wait, quickly: a few more when some in between were never committed. */
  length(): Promise<number>;
  /** Forgets what has been published. */
  published(positions: readonly number[]): Promise<void>;
}
