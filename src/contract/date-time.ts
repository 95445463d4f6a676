/** Seconds whose text is remembered: a rush asks for the same few again and again. */
const REMEMBERED = 1_024;
const remembered = new Map<number, string>();

/** Milliseconds since 1970 as the wire shows them: UTC, no zone, no fraction. */
export function formatDateTime(at: number): string {
  const second = Math.floor(at / 1_000);
  const known = remembered.get(second);
  if (known !== undefined) return known;
  const text = new Date(second * 1_000).toISOString().slice(0, 19);
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(second, text);
  return text;
}

export function formatOptionalDateTime(at: number | null): string | null {
  return at === null ? null : formatDateTime(at);
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const ZONE = /(Z|[+-]\d{2}:?\d{2})$/i;

/** Reads a checked ISO 8601 date-time (format iso-date-time); without a zone it is UTC. Milliseconds since 1970. */
export function parseDateTime(text: string): number {
  // JavaScript takes a day alone for UTC by itself, and a date with a time for one of this machine's zone.
  return Date.parse(DAY.test(text) || ZONE.test(text) ? text : `${text}Z`);
}
