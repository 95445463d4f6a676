import type { Millis } from '../../../core/clock.ts';
import { epochOf, sequenceOf } from '../../../core/stamp.ts';
import { Claims } from '../../../reservation/claims.ts';
import { Hall } from '../../../reservation/hall.ts';
import { type Hold, isLive } from '../../../reservation/hold.ts';
import type { Seat } from '../../../reservation/seat.ts';
import type { BuyerRow } from './buyer-rows.ts';
import type { SeatRow } from './seat-rows.ts';

/**
 * The rules, asked about a few seats: a hall of these seats only, in the state of their rows, and the buyer as his rows
 * have him. Numbers go on from the largest that one of the seats has, so each seat's own only grow.
 */
export function partOfClaims(
  eventId: number,
  seats: readonly Seat[],
  {
    rows,
    buyer,
    now,
  }: { rows: readonly SeatRow[]; buyer?: { userId: string; row: BuyerRow } | undefined; now: Millis },
): Claims {
  const latest = Math.max(0, ...rows.map((row) => row.number));
  const hall = new Hall(eventId, seats, { numbered: false });
  const holds = rows.flatMap(({ hold }) => hold ?? []);
  const claims = new Claims(hall, epochOf(latest), {
    holds: rows.flatMap(({ state, hold }) =>
      hold && state !== 'AVAILABLE' && state !== 'BLOCKED' ? [hold] : [],
    ),
    blocked: rows.flatMap(({ state, seatId }) => (state === 'BLOCKED' ? [seatId] : [])),
    lapses: buyer?.row.lapses.map((at) => ({ userId: buyer.userId, at })) ?? [],
    lapsed: holds.filter((hold) => hold.state === 'EXPIRED'),
    moves: sequenceOf(latest),
  });
  if (buyer) {
    // Of his live claims, those on these seats are in it already.
    const here = holds.filter((hold) => isOf(hold, buyer.userId, now)).length;
    claims.buyer(buyer.userId).live += buyer.row.live - here;
  }
  return claims;
}

function isOf(hold: Hold, userId: string, now: Millis): boolean {
  return hold.userId === userId && isLive(hold) && hold.expiresAt > now;
}
