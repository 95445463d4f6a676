import { overAdmission } from '../../core/admission.ts';
import { type Millis, SECOND } from '../../core/clock.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { CHURN_WINDOW, type Claims } from '../claims.ts';
import type { HoldBest, HoldSeats, SeatReplies } from '../command.ts';
import type { Hold } from '../hold.ts';
import { type Decision, Moves, type NextHoldId, refused } from './decision.ts';
import { giveBack, heldBy } from './hold-end.ts';

/** Named seats, all or none. */
export function holdSeats(
  claims: Claims,
  command: HoldSeats,
  now: Millis,
  nextHoldId: NextHoldId,
): Decision<SeatReplies['hold_seats']> {
  const ordinals: number[] = [];
  if (new Set(command.seatIds).size < command.seatIds.length) return refused(refuse('DUPLICATE_SEAT_IDS'));
  for (const seatId of command.seatIds) {
    const ordinal = claims.hall.ordinalOf(seatId);
    if (ordinal === undefined) return refused(refuse('SEATS_UNKNOWN'));
    ordinals.push(ordinal);
  }
  const givenBack = heldBy(claims, command.userId, command.insteadOf ?? []);
  const refusal = buyerRefusal(claims, command, ordinals.length, { now, givenBack: givenBack.length });
  if (refusal) return refused(refusal);
  const taken = ordinals.filter((ordinal) => claims.stateAt(ordinal) !== 'AVAILABLE');
  if (taken.length > 0) {
    const seats = taken.map((ordinal) => claims.hall.seatAt(ordinal).number).join(', ');
    return refused(refuse('SEATS_TAKEN', { seats }));
  }
  const steps = new Moves(claims, now);
  const { holds, seats } = take(steps, command, ordinals, nextHoldId);
  const released = givenBack.map((hold) => giveBack(steps, hold, command.userId));
  return { changes: { moves: steps.moves, holds: [...holds, ...released] }, reply: { holds, seats } };
}

/** The best seats for a party, side by side, or a refusal that offers the best that is left. */
export function holdBest(
  claims: Claims,
  command: HoldBest,
  now: Millis,
  nextHoldId: NextHoldId,
): Decision<SeatReplies['hold_best']> {
  const refusal = buyerRefusal(claims, command, command.wish.size, { now, givenBack: 0 });
  if (refusal) return refused(refusal);
  const ordinals = claims.free.together(command.wish);
  if (!ordinals) return refused(refuse('NO_ADJACENT_SEATS', { party: command.wish.size }));
  const steps = new Moves(claims, now);
  const { holds, seats } = take(steps, command, ordinals, nextHoldId);
  return { changes: { moves: steps.moves, holds }, reply: { holds, seats } };
}

function buyerRefusal(
  claims: Claims,
  { eventId, userId, terms, admission }: HoldSeats | HoldBest,
  wanted: number,
  { now, givenBack }: { now: Millis; givenBack: number },
): Refusal | undefined {
  if (wanted > terms.seatsPerHold) return refuse('TOO_MANY_SEATS', { limit: terms.seatsPerHold });
  const over = overAdmission(admission, eventId, now);
  if (over) return over;
  const buyer = claims.buyers.get(userId);
  if (!buyer) {
    return wanted > terms.liveSeatsPerBuyer
      ? refuse('SEAT_LIMIT_REACHED', { limit: terms.liveSeatsPerBuyer })
      : undefined;
  }
  if (buyer.live - givenBack + wanted > terms.liveSeatsPerBuyer) {
    return refuse('SEAT_LIMIT_REACHED', { limit: terms.liveSeatsPerBuyer });
  }
  const lapses = buyer.lapses.filter((lapse) => lapse > now - CHURN_WINDOW);
  if (lapses.length < terms.lapsesAllowed) return undefined;
  const churnedUntil = (lapses[lapses.length - terms.lapsesAllowed] as Millis) + CHURN_WINDOW;
  return refuse('HOLD_CHURN', {}, { retryAfterSeconds: Math.ceil((churnedUntil - now) / SECOND) });
}

function take(
  steps: Moves,
  command: HoldSeats | HoldBest,
  ordinals: readonly number[],
  nextHoldId: NextHoldId,
): SeatReplies['hold_seats'] {
  const { claims, at: now } = steps;
  const { terms, userId, admission } = command;
  const latestEnd = now + Math.max(terms.longestHoldMillis, terms.holdMillis);
  const holds: Hold[] = [];
  for (const ordinal of ordinals) {
    const holdId = nextHoldId();
    const hold: Hold = {
      holdId,
      eventId: claims.hall.eventId,
      seatId: claims.hall.seatAt(ordinal).seatId,
      userId,
      sessionId: command.sessionId,
      groupId: holds[0]?.holdId ?? holdId,
      admissionId: admission.kind === 'session' ? admission.admissionId : null,
      fence: steps.nextNumber(),
      state: 'HELD',
      heldAt: now,
      expiresAt: now + terms.holdMillis,
      latestEnd,
      orderId: null,
      endedAt: null,
    };
    holds.push(hold);
    steps.add({ ordinal, to: 'HELD', cause: 'hold', actor: userId }, hold);
  }
  const seats = ordinals.map((ordinal) => claims.hall.seatAt(ordinal));
  return { holds, seats };
}
