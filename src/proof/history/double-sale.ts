import { assert } from '../../core/assert.ts';
import type { Millis } from '../../core/clock.ts';
import type { HistoryRecord, Violation } from './record.ts';

/**
 * When a booking certainly owned its seats: from the answer to its confirmation until its cancellation was asked for.
 * The real ownership is never shorter, so two that overlap are a double sale whatever the server did in between.
 */
interface Ownership {
  confirm: HistoryRecord;
  bookingId: number;
  since: Millis;
  until: Millis;
}

/**
 * Invariant 2: no two bookings were both acknowledged CONFIRMED for one seat, unless a cancellation of the first was
 * at least under way before the confirmation of the second was answered. A confirmation of unknown outcome accuses
 * nobody; a cancellation of unknown outcome may have freed the seat and so excuses.
 */
export function findDoubleSales(records: readonly HistoryRecord[]): Violation[] {
  const violations: Violation[] = [];
  for (const [seat, owners] of ownersBySeat(records)) {
    for (let second = 1; second < owners.length; second++) {
      for (let first = 0; first < second; first++) {
        const a = owners[first] as Ownership;
        const b = owners[second] as Ownership;
        if (a.until <= b.since || b.until <= a.since) continue;
        violations.push({
          invariant: 2,
          seat,
          message: `seat ${seat} was confirmed to booking ${a.bookingId} of ${a.confirm.client} and to booking ${b.bookingId} of ${b.confirm.client}`,
          evidence: [a.confirm, b.confirm],
        });
      }
    }
  }
  return violations;
}

function ownersBySeat(records: readonly HistoryRecord[]): Map<number, Ownership[]> {
  const bySeat = new Map<number, Ownership[]>();
  for (const owner of ownerships(records).values()) {
    for (const seat of new Set(owner.confirm.seats)) {
      const owners = bySeat.get(seat);
      if (owners) owners.push(owner);
      else bySeat.set(seat, [owner]);
    }
  }
  return bySeat;
}

function ownerships(records: readonly HistoryRecord[]): Map<number, Ownership> {
  const owners = new Map<number, Ownership>();
  for (const record of records) {
    if (record.op !== 'confirm' || record.outcome !== 'ok') continue;
    const bookingId = bookingOf(record);
    const known = owners.get(bookingId);
    // Acknowledged twice (a replay): it certainly owned its seats from the first answer on.
    if (known && known.since <= record.completedAt) continue;
    owners.set(bookingId, {
      confirm: record,
      bookingId,
      since: record.completedAt,
      until: Number.POSITIVE_INFINITY,
    });
  }
  for (const record of records) {
    if (record.op !== 'cancel' || record.outcome === 'fail') continue;
    const owner = owners.get(bookingOf(record));
    if (owner) owner.until = Math.min(owner.until, record.invokedAt);
  }
  return owners;
}

/** The booking a confirm or a cancel is about. */
export function bookingOf(record: HistoryRecord): number {
  assert(record.bookingId !== undefined, `a ${record.op} of ${record.client} names no booking`);
  return record.bookingId;
}
