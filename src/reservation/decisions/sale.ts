import type { Millis } from '../../core/clock.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { Claims } from '../claims.ts';
import type {
  BeginPayment,
  ClaimedSeat,
  EndPayment,
  ReturnSale,
  SeatReplies,
  SellSeats,
} from '../command.ts';
import type { Hold } from '../hold.ts';
import type { Seat } from '../seat.ts';
import { type Decision, Moves, type NextHoldId, refused } from './decision.ts';

/** The buyer's held seats become seats being paid for, with the payment's own deadline. */
export function beginPayment(
  claims: Claims,
  command: BeginPayment,
  now: Millis,
): Decision<SeatReplies['begin_payment']> {
  const steps = new Moves(claims, now);
  const holds: Hold[] = [];
  const seats: Seat[] = [];
  if (new Set(command.seatIds).size < command.seatIds.length) return refused(refuse('DUPLICATE_SEAT_IDS'));
  for (const seatId of command.seatIds) {
    const ordinal = claims.hall.ordinalOf(seatId);
    if (ordinal === undefined) return refused(refuse('SEATS_UNKNOWN'));
    const hold = claims.latest[ordinal];
    const refusal = notPayable(claims, ordinal, command.userId);
    if (refusal || !hold) return refused(refusal ?? refuse('SEATS_UNKNOWN'));
    const paying: Hold = {
      ...hold,
      state: 'PAYING',
      expiresAt: Math.max(command.deadline, hold.expiresAt),
      orderId: command.orderId,
    };
    holds.push(paying);
    seats.push(claims.hall.seatAt(ordinal));
    steps.add({ ordinal, to: 'PAYING', cause: 'booking', actor: command.userId }, paying);
  }
  return { changes: { moves: steps.moves, holds }, reply: { holds, seats } };
}

function notPayable(claims: Claims, ordinal: number, userId: string): Refusal | undefined {
  const state = claims.stateAt(ordinal);
  const hold = claims.latest[ordinal];
  const seat = claims.hall.seatAt(ordinal).number;
  if (state === 'AVAILABLE' && hold?.userId === userId && hold.state === 'EXPIRED') {
    return refuse('RESERVATION_EXPIRED');
  }
  if (state === 'AVAILABLE' || state === 'BLOCKED' || !hold) return refuse('SEAT_NOT_RESERVED', { seat });
  if (hold.userId !== userId) return refuse('SEAT_NOT_YOURS', { seat });
  return state === 'HELD' ? undefined : refuse('SEAT_NOT_RESERVED', { seat });
}

/** Frees what the order still has claimed; seats it no longer has are left alone, so asking twice is harmless. */
export function endPayment(
  claims: Claims,
  command: EndPayment,
  now: Millis,
): Decision<SeatReplies['end_payment']> {
  const steps = new Moves(claims, now);
  const holds: Hold[] = [];
  for (const claimed of distinct(command.seats)) {
    const found = claimOf(claims, claimed, command.orderId);
    if (found?.hold.state !== 'PAYING') continue;
    const ended: Hold = { ...found.hold, state: 'RELEASED', endedAt: now };
    holds.push(ended);
    steps.add(
      { ordinal: found.ordinal, to: 'AVAILABLE', cause: command.outcome, actor: command.actor },
      ended,
    );
  }
  return { changes: { moves: steps.moves, holds }, reply: { freed: holds.length } };
}

/**
 * Sells the order's seats, all or none. A seat already sold to this order stays so. A seat whose claim is over is
 * claimed anew if nobody has it: the payment came late, but the seat is still there.
 */
export function sellSeats(
  claims: Claims,
  command: SellSeats,
  now: Millis,
  nextHoldId: NextHoldId,
): Decision<SeatReplies['sell_seats']> {
  const steps = new Moves(claims, now);
  const holds: Hold[] = [];
  const changed: Hold[] = [];
  for (const claimed of distinct(command.seats)) {
    const ordinal = claims.hall.ordinalOf(claimed.seatId);
    if (ordinal === undefined) return refused(refuse('SEATS_UNKNOWN'));
    const latest = claims.latest[ordinal];
    // The order may not know the fence of a seat that it claimed anew before a crash, but the seat knows its order.
    if (claims.stateAt(ordinal) === 'SOLD' && latest?.orderId === command.orderId) {
      holds.push(latest);
      continue;
    }
    const own = claimOf(claims, claimed, command.orderId);
    const claim = own?.hold.state === 'PAYING' ? own.hold : reclaim(steps, ordinal, command, nextHoldId);
    if (!claim) return refused(refuse('SEATS_LOST'));
    const sold: Hold = { ...claim, state: 'CONFIRMED', endedAt: now };
    steps.add({ ordinal, to: 'SOLD', cause: 'sale', actor: command.userId }, sold, 'PAYING');
    holds.push(sold);
    changed.push(sold);
  }
  return { changes: { moves: steps.moves, holds: changed }, reply: { holds } };
}

/** A new claim on a free seat for an order whose first one is over: held and being paid for in the same moment. */
function reclaim(
  steps: Moves,
  ordinal: number,
  command: SellSeats,
  nextHoldId: NextHoldId,
): Hold | undefined {
  const { claims, at: now } = steps;
  const before = claims.latest[ordinal];
  if (claims.stateAt(ordinal) !== 'AVAILABLE') return undefined;
  const holdId = nextHoldId();
  const held: Hold = {
    holdId,
    eventId: claims.hall.eventId,
    seatId: claims.hall.seatAt(ordinal).seatId,
    userId: command.userId,
    sessionId: null,
    groupId: holdId,
    admissionId: before?.orderId === command.orderId ? before.admissionId : null,
    fence: steps.nextNumber(),
    state: 'HELD',
    heldAt: now,
    expiresAt: now,
    latestEnd: now,
    orderId: command.orderId,
    endedAt: null,
  };
  const paying: Hold = { ...held, state: 'PAYING' };
  steps.add({ ordinal, to: 'HELD', cause: 'late_payment', actor: command.userId }, held, 'AVAILABLE');
  steps.add({ ordinal, to: 'PAYING', cause: 'late_payment', actor: command.userId }, paying, 'HELD');
  return paying;
}

/** Takes sold seats back into the sale; the sold rows go with it. Seats that the order no longer owns are left alone. */
export function returnSale(
  claims: Claims,
  command: ReturnSale,
  now: Millis,
): Decision<SeatReplies['return_sale']> {
  const steps = new Moves(claims, now);
  for (const claimed of distinct(command.seats)) {
    const found = claimOf(claims, claimed, command.orderId);
    if (!found || claims.stateAt(found.ordinal) !== 'SOLD') continue;
    steps.add({ ordinal: found.ordinal, to: 'AVAILABLE', cause: 'refund', actor: command.actor }, found.hold);
  }
  return { changes: { moves: steps.moves, holds: [] }, reply: { freed: steps.moves.length } };
}

/** The seat's latest claim, if it is the one that the order knows. */
function claimOf(claims: Claims, { seatId, fence }: ClaimedSeat, orderId: number) {
  const ordinal = claims.hall.ordinalOf(seatId);
  if (ordinal === undefined) return undefined;
  const hold = claims.latest[ordinal];
  return hold?.fence === fence && hold.orderId === orderId ? { ordinal, hold } : undefined;
}

function distinct(seats: readonly ClaimedSeat[]): Iterable<ClaimedSeat> {
  return new Map(seats.map((seat) => [seat.seatId, seat])).values();
}
