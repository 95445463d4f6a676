import type { Millis } from '../../../core/clock.ts';
import { Conflict } from '../../../core/conflict.ts';
import { isRefusal, type Refusal, type RefusalCode, refuse } from '../../../core/refusal.ts';
import { onlyUnavailable, Unavailable } from '../../../core/unavailable.ts';
import type { SeatReplies, SellSeats } from '../../../reservation/command.ts';
import type { Hall } from '../../../reservation/hall.ts';
import type { Hold } from '../../../reservation/hold.ts';
import type { Ending } from '../../../reservation/ports/shared-seat-ledger.ts';
import { type Answer, beingReadAnew, type Picked, pickedOf } from './answers.ts';
import type { EventSeats } from './event-seats.ts';
import { seatField } from './keys.ts';
import { known } from './known-seats.ts';
import { claimOf, escaped } from './packed-seat.ts';
import { endingsOf, settle } from './settlement.ts';

const TRIES = 5;

type Reply = SeatReplies['sell_seats'] | Refusal;

/**
 * Sells seats in three steps: Redis makes sure that the order has claimed them, the ledger inserts the sold rows, whose
 * key is the law, and Redis is told. A crash after any step is repaired by asking again, or by the end of the claims.
 */
export async function sellSeats(event: EventSeats, hall: Hall, command: SellSeats): Promise<Reply> {
  for (let tries = 0; tries < TRIES; tries++) {
    const reply = await attempt(event, hall, command);
    if (reply !== 'claims have ended') return reply;
  }
  throw beingReadAnew(event.eventId);
}

async function attempt(
  event: EventSeats,
  hall: Hall,
  command: SellSeats,
): Promise<Reply | 'claims have ended'> {
  const claims = await claimed(event, hall, command);
  if (isRefusal(claims)) return claims;
  const { at, picked } = claims;
  const unsold = picked.filter(({ number }) => number > 0);
  const endings = endingsOf(hall, unsold, {
    to: 'SOLD',
    state: 'CONFIRMED',
    cause: 'sale',
    actor: command.userId,
    at,
  });
  const reply = { holds: holdsIn(event.eventId, picked, endings) };
  if (endings.length === 0) return reply;
  const stand = await inLedger(event, hall, { command, endings, reply, at });
  if (!stand) return refuse('SEATS_LOST');
  const standing = new Map(stand.map((hold) => [hold.holdId, hold]));
  await settle(
    event,
    endings.filter(({ hold }) => standing.has(hold.holdId)),
    stand,
  );
  const areSold = endings.every(({ hold }) => standing.get(hold.holdId)?.state === 'CONFIRMED');
  return areSold
    ? { holds: reply.holds.map((hold) => standing.get(hold.holdId) ?? hold) }
    : 'claims have ended';
}

/** The seats as they are once sold, in the order of the command. */
function holdsIn(eventId: number, picked: readonly Picked[], endings: readonly Ending[]): Hold[] {
  const sold = new Map(endings.map(({ hold }) => [hold.seatId, hold]));
  return picked.flatMap(({ seatId, seat }) => sold.get(seatId) ?? claimOf(eventId, seatId, seat) ?? []);
}

/** The order's claims, old or new; new ones are in the ledger, so that no later load misses them. */
async function claimed(
  event: EventSeats,
  hall: Hall,
  command: SellSeats,
): Promise<{ at: Millis; picked: Picked[] } | Refusal> {
  const { orderId, userId } = command;
  const distinct = [...new Map(command.seats.map((seat) => [seat.seatId, seat])).values()];
  const { seats, tail } = known(hall, distinct, ({ seatId }) => seatId);
  const holdIds = await event.holdIds.take(seats.length);
  const wanted = seats.flatMap(({ fence }, index) => [String(fence), String(holdIds[index])]);
  const head = [String(orderId), escaped(userId), String(event.needs.limits.saleGraceMillis), tail];
  const fields = seats.map(({ seatId }) => seatField(seatId));
  const answer = await event.ask('seat-claim', { fields, own: [...head, ...wanted] });
  const used = newHolds(event, answer);
  event.holdIds.giveBack(holdIds.filter((holdId) => !used.has(holdId)));
  if (answer.word !== 'CLAIMED') return refuse(answer.word as RefusalCode);
  const anew = answer.entries.at(-1);
  if (used.size > 0 && anew) await event.drain.until(anew);
  return pickedOf(answer);
}

function newHolds(event: EventSeats, { entries }: Answer): Set<number> {
  const lines = entries.flatMap((entry) => entry.lines);
  const anew = lines.filter(({ move }) => move === 'AHl');
  return new Set(anew.map(({ seatId, seat }) => claimOf(event.eventId, seatId, seat)?.holdId ?? 0));
}

interface Sale {
  command: SellSeats;
  endings: readonly Ending[];
  reply: SeatReplies['sell_seats'];
  at: number;
}

/** The claims as the ledger then has them; undefined when a seat is somebody else's there. */
async function inLedger(
  event: EventSeats,
  hall: Hall,
  { command: { key }, endings, reply, at }: Sale,
): Promise<Hold[] | undefined> {
  const { ledger } = event.needs;
  try {
    await ledger.sell(hall, endings, key && { key, reply, at });
    return endings.map(({ hold }) => hold);
  } catch (error) {
    if (!(error instanceof Unavailable) || error.indefinite) throw error;
    if (!(error instanceof Conflict)) {
      await unclaim(event, endings);
      throw error;
    }
  }
  const stand = await ledger.holds(endings.map(({ hold }) => hold.holdId));
  if (stand.some(({ endedAt }) => endedAt !== null)) return stand.filter(({ endedAt }) => endedAt !== null);
  // The payments are open, so it was a sold row: what Redis has of this seat is wrong.
  await unclaim(event, endings);
  void event.load(event.view.generation).catch(onlyUnavailable);
  return undefined;
}

/** The claims end when they would have ended. Should this fail, they end when the grace does. */
async function unclaim(event: EventSeats, endings: readonly Ending[]): Promise<void> {
  const fields = endings.map(({ hold }) => seatField(hold.seatId));
  const own = endings.map(({ hold }) => String(hold.fence));
  await event.ask('seat-unclaim', { fields, own }).catch(onlyUnavailable);
}
