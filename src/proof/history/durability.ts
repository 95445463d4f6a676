import type { BookingOutlook } from './outlook.ts';
import { outlookOfBookings } from './outlook.ts';
import type { HistoryRecord, Violation } from './record.ts';

/** What was found afterwards (after the rush, after a crash and a restart), asked for over the API. */
export interface FoundAfterwards {
  /** The booking's status on the wire, or undefined when the system knows no such booking. */
  bookingStatus(bookingId: number): string | undefined;
  /** The seat's status on the wire, or undefined when there is no such seat. */
  seatStatus(seatId: number): string | undefined;
}

/**
 * Invariant 32: what was acknowledged is there, what was definitely refused is not; what is unknown may be either.
 * Only the ends of bookings are judged: a hold may have lapsed by itself in the meantime.
 */
export function findLostAcknowledgements(
  records: readonly HistoryRecord[],
  found: FoundAfterwards,
): Violation[] {
  const violations: Violation[] = [];
  for (const outlook of outlookOfBookings(records).values()) {
    for (const message of contradictions(outlook, found)) {
      violations.push({ invariant: 32, message, evidence: outlook.evidence });
    }
  }
  return violations;
}

function contradictions(outlook: BookingOutlook, found: FoundAfterwards): string[] {
  const status = found.bookingStatus(outlook.bookingId);
  const name = `booking ${outlook.bookingId} of ${outlook.client}`;
  if (outlook.confirmed === 'either') return [];
  if (outlook.confirmed === 'no') {
    return status === 'CONFIRMED' ? [`${name} is CONFIRMED though its client was told otherwise`] : [];
  }
  const lost =
    status === 'CONFIRMED' ? [] : [`${name} was acknowledged CONFIRMED and is ${status ?? 'gone'}`];
  const freed = outlook.seats.filter((seat) => found.seatStatus(seat) !== 'BOOKED');
  return freed.length === 0
    ? lost
    : [...lost, `${name} was acknowledged CONFIRMED and its seats ${freed.join(', ')} are not BOOKED`];
}
