import { OPEN_ADMISSION } from '../../src/core/admission.ts';
import { MINUTE } from '../../src/core/clock.ts';
import type { CommandKey } from '../../src/core/command.ts';
import { isRefusal, type Refusal } from '../../src/core/refusal.ts';
import type { BeginPayment, HoldSeats, HoldTerms, SellSeats } from '../../src/reservation/command.ts';
import type { Hold } from '../../src/reservation/hold.ts';

export const TERMS: HoldTerms = {
  holdMillis: 10 * MINUTE,
  longestHoldMillis: 30 * MINUTE,
  liveSeatsPerBuyer: 8,
  seatsPerHold: 6,
  lapsesAllowed: 3,
};

export function holdOn(
  eventId: number,
  seatIds: readonly number[],
  userId: string,
  more: { terms?: Partial<HoldTerms>; key?: CommandKey } = {},
): HoldSeats {
  return {
    type: 'hold_seats',
    eventId,
    seatIds,
    userId,
    sessionId: null,
    admission: OPEN_ADMISSION,
    terms: { ...TERMS, ...more.terms },
    ...(more.key && { key: more.key }),
  };
}

export function payFor(
  eventId: number,
  { orderId, userId, seatIds, deadline }: Omit<BeginPayment, 'type' | 'eventId'>,
): BeginPayment {
  return { type: 'begin_payment', eventId, orderId, userId, seatIds, deadline };
}

export function sell(
  eventId: number,
  orderId: number,
  userId: string,
  holds: readonly Pick<Hold, 'seatId' | 'fence'>[],
): SellSeats {
  return { type: 'sell_seats', eventId, orderId, userId, seats: claimed(holds) };
}

export function claimed(holds: readonly Pick<Hold, 'seatId' | 'fence'>[]) {
  return holds.map(({ seatId, fence }) => ({ seatId, fence }));
}

/** The reply of a command that must not be refused here. */
export function granted<R>(reply: R | Refusal): R {
  if (isRefusal(reply)) throw new Error(`refused: ${reply.refused} ${JSON.stringify(reply.facts ?? {})}`);
  return reply;
}

export function refusedWith(reply: unknown): string | undefined {
  return isRefusal(reply) ? reply.refused : undefined;
}
