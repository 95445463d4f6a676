import type { DeadLetter, DeadLetters } from '../../core/message.ts';

/** The dead letters, as the organiser sees them. Every method may throw Unavailable. */
export interface DeadLetterStore extends DeadLetters {
  /** Latest first, at most `limit`. */
  latest(limit: number): Promise<DeadLetter[]>;
  count(): Promise<number>;
  find(consumer: string, messageId: string): Promise<DeadLetter | undefined>;
  /**
   * Sends the message again, to all consumers of its topic, and takes it off the list: both or neither. Consumers that
   * have dealt with it ignore it.
   */
  replay(letter: DeadLetter): Promise<void>;
  /** Takes it off the list. */
  drop(letter: DeadLetter): Promise<void>;
}
