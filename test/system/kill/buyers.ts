import { setTimeout as delay } from 'node:timers/promises';
import type { Dice } from '../../../src/adapters/simulated/dice.ts';
import { diceOf } from '../../../src/proof/rush/crowd/dice.ts';
import type { Sender } from './sender.ts';

export interface Crowd {
  buyers: number;
  eventId: number;
  seatIds: readonly number[];
  seed: number;
}

/** Paid bookings beyond this many are taken back, the oldest first, so that the hall never fills up. */
const KEPT = 40;

/** Buyers who come again and again until `isOver`, whatever happens to the program. Resolves when all have gone home. */
export async function crowd(
  sender: Sender,
  { buyers, eventId, seatIds, seed }: Crowd,
  isOver: () => boolean,
) {
  const paid: (() => Promise<unknown>)[] = [];
  await Promise.all(
    Array.from({ length: buyers }, async (_, buyer) => {
      const dice = diceOf(seed, buyer);
      for (let visit = 0; !isOver(); visit++) {
        // A new face each time, so that no limit per buyer slows the crowd down.
        await visitSale(sender, { dice, client: `buyer-${seed}-${buyer}-${visit}`, eventId, seatIds, paid });
        if (paid.length > KEPT) await paid.shift()?.();
        await delay(dice.between(0, 5));
      }
    }),
  );
}

interface Visit {
  dice: Dice;
  client: string;
  eventId: number;
  seatIds: readonly number[];
  /** How each paid booking is cancelled. */
  paid: (() => Promise<unknown>)[];
}

/** Holds one to three seats; books and pays most of them. */
async function visitSale(sender: Sender, { dice, client, eventId, seatIds, paid }: Visit): Promise<void> {
  const first = dice.between(0, seatIds.length - 3);
  const seats = seatIds.slice(first, first + dice.between(1, 3));
  const about = { client, seats };
  const claim = { event_id: eventId, seat_ids: seats, user_id: client };
  const held = await sender.send({
    ...about,
    op: 'hold',
    key: 'hold',
    path: '/api/v1/reservations',
    body: claim,
  });
  if (held?.status !== 201) return;
  if (dice.chance(0.05)) return;
  const booked = await sender.send({
    ...about,
    op: 'book',
    key: 'book',
    path: '/api/v1/bookings',
    body: claim,
  });
  const bookingId = booked?.status === 201 ? booked.body.booking_id : undefined;
  if (bookingId === undefined || dice.chance(0.05)) return;
  const path = `/api/v1/bookings/${bookingId}`;
  const payment = { booking_id: bookingId, payment_id: `pay-${client}` };
  const answer = await sender.send({
    ...about,
    op: 'confirm',
    key: 'pay',
    bookingId,
    path: `${path}/confirm-payment`,
    body: payment,
  });
  if (answer?.status !== 200) return;
  paid.push(() =>
    sender.send({
      ...about,
      op: 'cancel',
      key: 'cancel',
      bookingId,
      path: `${path}/cancel`,
      body: { reason: 'changed my mind' },
    }),
  );
}
