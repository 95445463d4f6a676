import { assert } from '../../../core/assert.ts';
import type { Millis } from '../../../core/clock.ts';
import type { ClaimsSeed, SeatCounts } from '../../../reservation/claims.ts';
import type { Hall } from '../../../reservation/hall.ts';
import { type Hold, isLive } from '../../../reservation/hold.ts';
import { buyerField, holdField, seatField } from './keys.ts';
import { blocked, escaped, type PackedSeat, packed } from './packed-seat.ts';

/** What the ledger knows of an event's claims, as Redis keeps it (lua/seat-prelude.lua). */
export interface LoadedFields {
  fields: [field: string, value: string][];
  ends: [index: 'expiry' | 'paying', end: string, member: string][];
  counts: Omit<SeatCounts, 'AVAILABLE'>;
  /** The latest time that anything in it names as past. */
  latest: Millis;
}

export function fieldsOf(
  hall: Hall,
  { holds, blocked: blockedIds, lapses, lapsed }: ClaimsSeed,
): LoadedFields {
  const seats = new Map<number, PackedSeat>();
  const fields: LoadedFields['fields'] = [];
  const ends: LoadedFields['ends'] = [];
  const counts = { HELD: 0, PAYING: 0, SOLD: 0, BLOCKED: blockedIds.length };
  let latest = 0;
  for (const hold of lapsed) seats.set(hold.seatId, packed(hold));
  for (const seatId of blockedIds) seats.set(seatId, blocked(seats.get(seatId)));
  const taken = new Set<number>(blockedIds);
  for (const hold of holds) {
    assert(!taken.has(hold.seatId), `seat ${hold.seatId} has two live claims`);
    assert(hall.ordinalOf(hold.seatId) !== undefined, `seat ${hold.seatId} is not in the hall`);
    taken.add(hold.seatId);
    seats.set(hold.seatId, packed(hold));
    latest = Math.max(latest, hold.endedAt ?? hold.heldAt);
    if (hold.state === 'CONFIRMED') counts.SOLD++;
    else if (hold.state === 'PAYING') counts.PAYING++;
    else counts.HELD++;
    if (!isLive(hold)) continue;
    fields.push([holdField(hold.holdId), String(hold.seatId)]);
    ends.push(endOf(hold));
  }
  for (const [seatId, seat] of seats) fields.push([seatField(seatId), seat]);
  for (const { at } of lapses) latest = Math.max(latest, at);
  for (const [userId, buyer] of buyersOf(holds, lapses)) fields.push([buyerField(escaped(userId)), buyer]);
  return { fields, ends, counts, latest };
}

/** As seat-hold and seat-pay write it. */
function endOf({ state, expiresAt, holdId, seatId }: Hold): LoadedFields['ends'][number] {
  return state === 'PAYING'
    ? ['paying', String(expiresAt), `${holdId}:${seatId}`]
    : ['expiry', String(expiresAt), `${seatId}:${holdId}`];
}

function buyersOf(holds: readonly Hold[], lapses: ClaimsSeed['lapses']): Map<string, string> {
  const buyers = new Map<string, { live: number; lapses: Millis[] }>();
  const buyer = (userId: string) => {
    const known = buyers.get(userId) ?? { live: 0, lapses: [] };
    buyers.set(userId, known);
    return known;
  };
  for (const hold of holds) if (isLive(hold)) buyer(hold.userId).live++;
  for (const { userId, at } of lapses) buyer(userId).lapses.push(at);
  return new Map(
    [...buyers].map(([userId, known]) => [userId, [known.live, ...known.lapses].join(';')] as const),
  );
}
