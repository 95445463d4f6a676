import type { Language } from '../../core/language.ts';

/** One ticket on paper: everything on it, in words. */
export interface Sheet {
  /** The event. */
  readonly title: string;
  /** Label and value, most important first. */
  readonly lines: readonly (readonly [label: string, value: string])[];
  readonly code: string;
  readonly note: string;
}

/** Something for a calendar. Times are milliseconds since 1970. */
export interface Appointment {
  /** The same for the same tickets: a calendar that gets it twice shows it once. */
  readonly appointmentId: string;
  readonly title: string;
  readonly location: string | null;
  readonly description: string;
  readonly startsAt: number;
  readonly durationMillis: number;
}

/** Draws what can be carried away. May throw Unavailable when too many are being drawn. */
export interface Documents {
  /** A code as a picture, in the format of its media type. */
  qrSvg(code: string): Promise<string>;
  qrPng(code: string): Promise<Uint8Array>;
  /** A PDF with one page a sheet, its Korean letters embedded. A letter that no font has is shown as "?". */
  pdf(sheets: readonly Sheet[], about: { title: string; language: Language }): Promise<Uint8Array>;
  /** iCalendar (RFC 5545). */
  calendar(appointment: Appointment): Promise<string>;
}
