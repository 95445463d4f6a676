import type { Millis } from '../../core/clock.ts';

/** What an order must know of its event. */
export interface OrderedEvents {
  /** Undefined when there is no such event. Answers from memory: it is asked with every payment. */
  termsOf(eventId: number): OrderedEventTerms | undefined;
}

export interface OrderedEventTerms {
  /** It does not take place: nothing of it is sold any more. */
  isCancelled: boolean;
  /** From then on buyers cannot cancel what they have paid for; null: they always can. */
  cancellationDeadline: Millis | null;
}
