import type { Millis } from '../../../core/clock.ts';
import type { CommandKey, CommandRecord } from '../../../core/command.ts';
import { afterEffect } from '../../../core/unavailable.ts';
import type { EndPayment, ReturnSale } from '../../../reservation/command.ts';
import type { Hall } from '../../../reservation/hall.ts';
import type { Hold } from '../../../reservation/hold.ts';
import type { Ending } from '../../../reservation/ports/shared-seat-ledger.ts';
import type { MoveCause, SeatState } from '../../../reservation/seat.ts';
import { type Picked, pickedOf } from './answers.ts';
import type { Asked, EventSeats } from './event-seats.ts';
import { seatField } from './keys.ts';
import { claimOf, escaped, letterOf } from './packed-seat.ts';

/** Payments whose end is asked of the ledger in one transaction. */
const DOUBTS_AT_ONCE = 100;

/** How a claim ends, as it is written. */
export interface End {
  to: SeatState;
  state: Hold['state'];
  cause: MoveCause;
  actor: string | null;
  at: Millis;
}

const CAUSE_LETTERS: Partial<Record<MoveCause, string>> = {
  booking_cancelled: 'c',
  payment_deadline: 'd',
  sale: 's',
  refund: 'f',
};

/** Picked seats as the ledger takes them. */
export function endingsOf(hall: Hall, picked: readonly Picked[], end: End): Ending[] {
  return picked.flatMap(({ number, seatId, seat }): Ending[] => {
    const ordinal = hall.ordinalOf(seatId);
    const before = claimOf(hall.eventId, seatId, seat);
    if (ordinal === undefined || !before) return [];
    const hold: Hold = end.cause === 'refund' ? before : { ...before, state: end.state, endedAt: end.at };
    const from: SeatState = end.cause === 'refund' ? 'SOLD' : 'PAYING';
    const { to, cause, actor, at } = end;
    return [{ hold, move: { ordinal, seatId, from, to, cause, number, at, hold, actor } }];
  });
}

/** Brings to Redis what the ledger decided: each claim as it stands there. */
export async function settle(
  event: EventSeats,
  endings: readonly Ending[],
  stand: readonly Hold[],
): Promise<void> {
  const standing = new Map(stand.map((hold) => [hold.holdId, hold]));
  const [first] = endings;
  if (!first) return;
  const args = endings.flatMap(({ hold, move }) => {
    const now = standing.get(hold.holdId) ?? hold;
    const letters = [lettersOf(move.cause, now), letterOf(now.state)];
    return [String(hold.fence), ...letters, String(now.endedAt ?? ''), String(move.number)];
  });
  const { actor, at } = first.move;
  // The ledger has decided: whoever asks again is told the same.
  const fields = endings.map(({ hold }) => seatField(hold.seatId));
  const tell = () => event.ask('seat-settle', { fields, own: [escaped(actor), String(at), ...args] });
  await afterEffect(tell);
}

/** The move that leads to where the claim stands, which somebody else may have decided. */
function lettersOf(cause: MoveCause, now: Hold): string {
  if (cause === 'refund') return 'SAf';
  if (now.state === 'CONFIRMED') return 'PSs';
  return `PA${cause === 'sale' ? 'd' : (CAUSE_LETTERS[cause] ?? 'd')}`;
}

/** Asks the ledger what became of payments that are over, and ends those that it has not sold. */
export async function resolveDoubts(event: EventSeats): Promise<number> {
  let ended = 0;
  for (;;) {
    const { at, picked } = pickedOf(await event.ask('seat-doubts', { own: [String(DOUBTS_AT_ONCE)] }));
    const hall = await event.view.hall();
    if (picked.length === 0 || !hall) return ended;
    const endings = endingsOf(hall, picked, {
      to: 'AVAILABLE',
      state: 'EXPIRED',
      cause: 'payment_deadline',
      actor: null,
      at,
    });
    const stand = await event.needs.ledger.endPayments(hall, endings);
    await settle(event, endings, stand);
    ended += stand.filter(({ state }) => state !== 'CONFIRMED').length;
    if (picked.length < DOUBTS_AT_ONCE) return ended;
  }
}

/** Frees what the order still has claimed. The ledger is first: a payment that it has sold meanwhile stays sold. */
export async function endPayment(
  event: EventSeats,
  hall: Hall,
  command: EndPayment,
): Promise<{ freed: number }> {
  const { orderId, outcome, actor } = command;
  const { at, picked } = pickedOf(await event.ask('seat-pick', pick(orderId, 'P', command.seats)));
  const endings = endingsOf(hall, picked, { to: 'AVAILABLE', state: 'RELEASED', cause: outcome, actor, at });
  if (endings.length === 0) return { freed: 0 };
  const stand = await event.needs.ledger.endPayments(hall, endings, replyRecord(command.key, at));
  await settle(event, endings, stand);
  return { freed: stand.filter(({ state }) => state !== 'CONFIRMED').length };
}

/** Takes sold seats back into the sale: first the sold rows go, then the seats are free. */
export async function returnSale(
  event: EventSeats,
  hall: Hall,
  command: ReturnSale,
): Promise<{ freed: number }> {
  const { orderId, actor } = command;
  const { at, picked } = pickedOf(await event.ask('seat-pick', pick(orderId, 'S', command.seats)));
  const endings = endingsOf(hall, picked, {
    to: 'AVAILABLE',
    state: 'CONFIRMED',
    cause: 'refund',
    actor,
    at,
  });
  if (endings.length === 0) return { freed: 0 };
  await event.needs.ledger.returnSales(hall, endings, replyRecord(command.key, at));
  await settle(event, endings, []);
  return { freed: endings.length };
}

function pick(orderId: number, letter: 'P' | 'S', seats: EndPayment['seats']): Asked {
  const distinct = [...new Map(seats.map((seat) => [seat.seatId, seat])).values()];
  return {
    fields: distinct.map(({ seatId }) => seatField(seatId)),
    own: [String(orderId), letter, ...distinct.map(({ fence }) => String(fence))],
  };
}

function replyRecord(
  key: CommandKey | undefined,
  at: Millis,
): ((freed: number) => CommandRecord) | undefined {
  return key && ((freed) => ({ key, reply: { freed }, at }));
}
