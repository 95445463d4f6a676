/** Every route of every edition that takes part in a sale behind a waiting room, each ready to succeed. */
import type { Answer, Client } from './client.ts';
import { bodyOf } from './client.ts';
import * as concerts from './editions/concerts-client.ts';
import * as orders from './editions/orders-client.ts';
import { reserve } from './editions/passengers.ts';
import { tryBook, tryHold, tryPay } from './sale.ts';
import { join } from './waitlist-line.ts';

type Headers = Record<string, string>;

export interface Ready {
  anyone: Client;
  eventId: number;
  /** Free, as many as `SEATS`. */
  seatIds: readonly number[];
  /** Of this edition's users. */
  userId: number;
  /** By which he is inside. */
  session: Headers;
}

/** A request that succeeds with a session, once. */
export interface Attempt {
  route: string;
  ask(session: Headers): Promise<Answer<unknown>>;
  succeeds: number;
}

/** Seats that an edition's attempts need, no more. */
export const SEATS = 9;

type Prepare = (ready: Ready) => Promise<Attempt[]>;

const v1: Prepare = async ({ anyone, eventId, seatIds, userId, session }) => {
  const user = String(userId);
  const [extended = 0, booked = 0, paid = 0, held = 0, ...rest] = seatIds;
  const own = anyone.as(user);
  const { reservations } = bodyOf(await tryHold(anyone, user, eventId, [extended], session), 201);
  bodyOf(await tryHold(anyone, user, eventId, [booked, paid], session), 201);
  const { booking_id } = bodyOf(await tryBook(anyone, user, eventId, [paid], session), 201);
  const best = { party_size: rest.length, hold: true, user_id: user };
  return [
    {
      route: 'POST /api/v1/reservations/{id}/extend',
      ask: (by) =>
        own.post(
          `/api/v1/reservations/${reservations[0]?.reservation_id}/extend`,
          { additional_minutes: 1 },
          by,
        ),
      succeeds: 200,
    },
    {
      route: 'POST /api/v1/bookings',
      ask: (by) => tryBook(anyone, user, eventId, [booked], by),
      succeeds: 201,
    },
    {
      route: 'POST /api/v1/bookings/{id}/confirm-payment',
      ask: (by) => tryPay(anyone, user, booking_id, 'pay_1', by),
      succeeds: 200,
    },
    {
      route: 'POST /api/v1/reservations',
      ask: (by) => tryHold(anyone, user, eventId, [held], by),
      succeeds: 201,
    },
    {
      route: 'POST /api/v1/events/{id}/best-available',
      ask: (by) => own.post(`/api/v1/events/${eventId}/best-available`, best, by),
      succeeds: 201,
    },
    // Nothing is free any more, so there is something to wait for.
    {
      route: 'POST /api/v1/events/{id}/waitlist/join',
      ask: (by) => join(anyone, user, eventId, {}, by),
      succeeds: 201,
    },
  ];
};

const v2: Prepare = async ({ anyone, eventId, seatIds, userId }) => {
  const user = String(userId);
  const wish = { event_id: eventId, seat_ids: seatIds.slice(0, 1), user_id: user };
  return [
    {
      route: 'POST /api/v2/reservations',
      ask: (by) => anyone.as(user).post('/api/v2/reservations', wish, by),
      succeeds: 202,
    },
  ];
};

const ordersEdition: Prepare = async ({ anyone, eventId, seatIds, userId, session }) => {
  const own = anyone.as(String(userId));
  const [extended = 0, confirmed = 0, ordered = 0, held = 0] = seatIds;
  for (const seatId of [extended, confirmed, ordered])
    bodyOf(await orders.hold(own, eventId, seatId, { holdSeconds: 120, headers: session }), 201);
  const at = (seatId: number) => orders.seatPath(eventId, seatId);
  return [
    {
      route: 'POST /api/reservations/{eventId}/{seatId}/extend',
      ask: (by) => own.post(`${at(extended)}/extend`, undefined, by),
      succeeds: 200,
    },
    {
      route: 'POST /api/reservations/{eventId}/{seatId}/confirm',
      ask: (by) => own.post(`${at(confirmed)}/confirm`, undefined, by),
      succeeds: 200,
    },
    {
      route: 'POST /api/orders',
      ask: (by) => orders.submit(own.with(by), eventId, [ordered]),
      succeeds: 200,
    },
    {
      route: 'POST /api/reservations',
      ask: (by) => orders.hold(own, eventId, held, { headers: by }),
      succeeds: 201,
    },
  ];
};

const CONCERT_QUEUES = ['v4-opt/queue-polling', 'v4-pes/queue-polling', 'v5-opt/queue-sse'];

const concertsEdition: Prepare = async ({ anyone, seatIds, userId, session }) => {
  const [begun = 0, paying = 0, held = 0, ...rest] = seatIds;
  const inside = anyone.with(session);
  const first = await concerts.hold(inside, userId, begun);
  const second = await concerts.hold(inside, userId, paying);
  bodyOf(await concerts.move(anyone, second.id, 'paying', { userId }, session));
  const reservations = [...concerts.WAYS, ...CONCERT_QUEUES].map((way, index): Attempt => {
    const seatId = rest[index] as number;
    return {
      route: `POST /api/reservations/${way}`,
      ask: (headers) => concerts.reserve(anyone, userId, seatId, { way, headers }),
      succeeds: CONCERT_QUEUES.includes(way) ? 202 : 200,
    };
  });
  return [
    {
      route: 'POST /api/reservations/v6/{id}/confirm',
      ask: (headers) => concerts.move(anyone, second.id, 'confirm', { userId }, headers),
      succeeds: 200,
    },
    {
      route: 'POST /api/reservations/v6/{id}/paying',
      ask: (headers) => concerts.move(anyone, first.id, 'paying', { userId }, headers),
      succeeds: 200,
    },
    {
      route: 'POST /api/reservations/v6/holds',
      ask: (headers) => concerts.tryHold(anyone.with(headers), userId, held),
      succeeds: 201,
    },
    ...reservations,
  ];
};

const train: Prepare = async ({ anyone, userId }) => [
  { route: 'POST /reserve', ask: (by) => reserve(anyone, String(userId), by), succeeds: 200 },
];

export const EDITIONS: Readonly<Record<string, Prepare>> = {
  v1,
  v2,
  orders: ordersEdition,
  concerts: concertsEdition,
  train,
};
