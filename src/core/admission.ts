/**
 * The right to take part in a sale, checked where the request came in and carried by every reservation command, so
 * that a claim can always be traced to the admission behind it.
 */
export type Admission = { kind: 'open' } | { kind: 'session'; admissionId: string };

/** Of who repeats a command: no claim was ever made under it. */
export const REPEATED: Admission = { kind: 'session', admissionId: 'repeated' };

export const OPEN_ADMISSION: Admission = { kind: 'open' };
