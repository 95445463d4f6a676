/** Milliseconds since 1970 as the wire shows them: UTC, no zone, no fraction. */
export function formatDateTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19);
}

export function formatOptionalDateTime(at: number | null): string | null {
  return at === null ? null : formatDateTime(at);
}

const ZONE = /(Z|[+-]\d{2}:?\d{2})$/i;

/** Reads a checked ISO 8601 date-time (format iso-date-time); without a zone it is UTC. Milliseconds since 1970. */
export function parseDateTime(text: string): number {
  return Date.parse(ZONE.test(text) ? text : `${text}Z`);
}
