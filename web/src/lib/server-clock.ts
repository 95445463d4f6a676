/** What is known of (server time - our time), in milliseconds: it lies between the two. */
export interface OffsetBounds {
  readonly least: number;
  readonly most: number;
}

export interface DateObservation {
  readonly sentAt: number;
  readonly receivedAt: number;
  /** The Date header, whole seconds. */
  readonly serverDate: number;
}

/**
 * A Date header says a time that was true, to the second, somewhere between sending and receiving. Each answer narrows
 * the bounds, so that a few of them know the offset far better than one second. Bounds that contradict each other
 * mean that a clock was set: start afresh.
 */
export function narrowOffset(known: OffsetBounds | undefined, seen: DateObservation): OffsetBounds {
  const fresh = { least: seen.serverDate - seen.receivedAt, most: seen.serverDate + 1_000 - seen.sentAt };
  if (!known) return fresh;
  const least = Math.max(known.least, fresh.least);
  const most = Math.min(known.most, fresh.most);
  return least <= most ? { least, most } : fresh;
}

let bounds: OffsetBounds | undefined;

export function observeServerDate(seen: DateObservation): void {
  if (Number.isFinite(seen.serverDate)) bounds = narrowOffset(bounds, seen);
}

/** The server's time now, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + (bounds ? (bounds.least + bounds.most) / 2 : 0);
}

/** Reads the wire's date-time, which is UTC and names no zone: "2026-11-21T00:26:28". */
export function parseServerTime(text: string): number {
  const hasZone = /Z$|[+-]\d\d:?\d\d$/.test(text);
  return Date.parse(hasZone ? text : `${text}Z`);
}
