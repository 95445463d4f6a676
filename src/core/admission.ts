import type { Millis } from './clock.ts';
import { type Refusal, refuse } from './refusal.ts';

/**
 * The right to take part in a sale, checked where the request came in and carried by every reservation command, so
 * that a claim can always be traced to the admission behind it.
 */
export type Admission =
  | { kind: 'open' }
  | {
      kind: 'session';
      admissionId: string;
      /** The session's end as it was when it was looked at; from then on nothing is held under it. Undefined: whenever it is used. */
      until?: Millis | undefined;
    };

/** Of who repeats a command: no claim was ever made under it. */
export const REPEATED: Admission = { kind: 'session', admissionId: 'repeated' };

export const OPEN_ADMISSION: Admission = { kind: 'open' };

/** Where somebody without an admission gets one. */
export function joinUrl(eventId: number): string {
  return `/api/v1/events/${eventId}/waiting-room/join`;
}

/** The session was another's, or is over. */
export function invalidAdmission(eventId: number): Refusal {
  return refuse('ADMISSION_INVALID', { join_url: joinUrl(eventId) });
}

/** Whoever looked at the session may have stood still since: this is for who decides, by his own time. */
export function overAdmission(admission: Admission, eventId: number, now: Millis): Refusal | undefined {
  const isOver = admission.kind === 'session' && admission.until !== undefined && now >= admission.until;
  return isOver ? invalidAdmission(eventId) : undefined;
}
