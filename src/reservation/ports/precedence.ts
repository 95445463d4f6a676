import type { Refusal } from '../../core/refusal.ts';

/** Whoever waits for the seats of an event goes before those who come now. */
export interface Precedence {
  /** Undefined when the buyer may try for seats. Asked on every hold: answers from memory when nobody waits. */
  refusalFor(eventId: number): Refusal | undefined | Promise<Refusal | undefined>;
}
