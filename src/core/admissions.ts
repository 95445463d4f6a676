import type { Admission } from './admission.ts';
import type { Refusal } from './refusal.ts';

/**
 * Decides whether a buyer may take part in the sale of an event at this moment. http asks it on every state-changing
 * sale route; the waiting room answers for events that have one.
 */
export interface Admissions {
  admit(
    eventId: number,
    userId: string,
    session: string | undefined,
  ): Admission | Refusal | Promise<Admission | Refusal>;
}
