import type { Dice } from '../../../src/adapters/simulated/dice.ts';
import type { BookingView } from '../../../src/contract/booking.ts';
import type { RequestAccepted } from '../../../src/contract/request-queue.ts';
import type { ReservationCreated } from '../../../src/contract/reservation.ts';
import type { TicketDetail, TicketView } from '../../../src/contract/ticket.ts';
import type { StandingView } from '../../../src/contract/waiting-room.ts';
import { roomOf } from '../waiting-line.ts';
import type { Insistent } from './insistent.ts';

/** What visitors were told, and what must therefore be true when everything has come to rest. */
export interface Promised {
  /** Requests that were answered 202. */
  requests: { user: string; key: string; eventId: number; seatIds: number[]; requestId: string }[];
  /** Places in the line for seats that come back. */
  parties: Set<string>;
  /** Tickets that were passed on, and the one that came of each. */
  passedOn: { from: string; to: string; ticketId: string }[];
  /** Codes that let somebody in. */
  letIn: { eventId: number; code: string }[];
  /** People who waited, and how far they were when they were last told. */
  waited: number;
  entered: number;
}

export const nothingPromised = (): Promised => ({
  requests: [],
  parties: new Set(),
  passedOn: [],
  letIn: [],
  waited: 0,
  entered: 0,
});

export interface Halls {
  /** Numbered seats, which are bought and passed on. */
  hall: { eventId: number; seatIds: readonly number[] };
  /** The same, asked for over the queue. */
  queued: { eventId: number; seatIds: readonly number[] };
  /** Behind a waiting room. */
  gated: { eventId: number; seatIds: readonly number[] };
  /** Unnumbered seats with a line. */
  capacity: number;
}

export interface Visit {
  user: string;
  dice: Dice;
  halls: Halls;
  promised: Promised;
  insistent: Insistent;
  /** The organiser's. */
  token: string;
}

const someOf = (seatIds: readonly number[], { between }: Dice) =>
  seatIds.slice(between(0, seatIds.length - 2)).slice(0, 1);

/** Asks for a seat over the queue, and takes one request in ten back. */
export async function askInQueue({ user, dice, halls, promised, insistent }: Visit): Promise<void> {
  const { eventId, seatIds: all } = halls.queued;
  const seatIds = someOf(all, dice);
  const body = { event_id: eventId, seat_ids: seatIds, user_id: user };
  const key = { 'idempotency-key': 'ask' };
  const asked = await insistent.ask('ask in queue', (anyone) =>
    anyone.as(user).post<RequestAccepted>('/api/v2/reservations', body, key),
  );
  if (asked?.status !== 202) return;
  const requestId = asked.body.request_id;
  promised.requests.push({ user, key: 'ask', eventId, seatIds, requestId });
  if (!dice.chance(0.1)) return;
  await insistent.ask('take back', (anyone) => anyone.as(user).delete(`/api/v2/reservations/${requestId}`));
}

/** Waits, is called, goes in once, and holds a seat there; nobody ever gets in twice by one call, or falls back. */
export async function waitAndEnter(visit: Visit, isOver: () => boolean): Promise<void> {
  const { user, dice, halls, promised, insistent } = visit;
  const { eventId, seatIds } = halls.gated;
  const room = roomOf(eventId);
  const join = () => insistent.ask('join', (anyone) => anyone.as(user).post<StandingView>(`${room}/join`));
  let told = await join();
  if (told?.status !== 200) return;
  promised.waited++;
  const { place } = told.body;
  for (let ahead = told.body.ahead; told?.status === 200 && told.body.status === 'WAITING'; ) {
    if (isOver()) return;
    told = await join();
    if (told?.status !== 200) return;
    if (told.body.place !== place)
      insistent.surprises.push(`${user} had place ${place}, now ${told.body.place}`);
    if (ahead !== null && (told.body.ahead ?? 0) > ahead)
      insistent.surprises.push(`${user} had ${ahead} before him, now ${told.body.ahead}`);
    ahead = told.body.ahead;
  }
  const token = told?.body.entry_token;
  if (token === undefined) return;
  const enter = () =>
    insistent.ask('enter', (anyone) =>
      anyone.as(user).post<{ session: string }>(`${room}/enter`, { entry_token: token }),
    );
  const [first, second] = [await enter(), await enter()];
  if (second?.status === 201) insistent.surprises.push(`${user} came in twice by one call`);
  if (first?.status === 201) {
    promised.entered++;
    const session = { 'x-sale-session': first.body.session };
    const body = { event_id: eventId, seat_ids: someOf(seatIds, dice), user_id: user };
    await insistent.ask('hold inside', (anyone) =>
      anyone.as(user).post('/api/v1/reservations', body, { ...session, 'idempotency-key': 'in' }),
    );
  }
  await insistent.ask('leave', (anyone) => anyone.as(user).post(`${room}/leave`));
}

/** Joins the line for seats that come back, or takes one, and gives it back sooner or later. */
export async function waitForSeats({ user, dice, halls, promised, insistent }: Visit): Promise<void> {
  const eventId = halls.capacity;
  const wanted = { party_size: 1, hold: true };
  const taken = await insistent.ask('take any', (anyone) =>
    anyone.as(user).post<ReservationCreated>(`/api/v1/events/${eventId}/best-available`, wanted, {
      'idempotency-key': 'any',
    }),
  );
  if (taken?.status === 201) {
    const [held] = taken.body.reservations;
    if (held && dice.chance(0.7))
      await insistent.ask('give back', (anyone) =>
        anyone.as(user).delete(`/api/v1/reservations/${held.reservation_id}`),
      );
    return;
  }
  const joined = await insistent.ask('join the line', (anyone) =>
    anyone.as(user).post(`/api/v1/events/${eventId}/waitlist/join`, {}, { 'idempotency-key': 'line' }),
  );
  if (joined?.status === 200 || joined?.status === 201) promised.parties.add(user);
}

/** Buys a seat, and passes the ticket on or goes in with it. */
export async function buyAndGo(visit: Visit): Promise<void> {
  const { user, dice, halls, promised, insistent, token } = visit;
  const { eventId, seatIds: all } = halls.hall;
  const body = { event_id: eventId, seat_ids: someOf(all, dice), user_id: user };
  const send = <T>(what: string, path: string, sent: object) =>
    insistent.ask<T>(what, (anyone) => anyone.as(user).post<T>(path, sent, { 'idempotency-key': what }));
  if ((await send('hold', '/api/v1/reservations', body))?.status !== 201) return;
  const booked = await send<BookingView>('book', '/api/v1/bookings', body);
  if (booked?.status !== 201) return;
  const id = booked.body.booking_id;
  const paid = await send<BookingView>('pay', `/api/v1/bookings/${id}/confirm-payment`, {
    booking_id: id,
    payment_id: `pay-${user}`,
  });
  if (paid?.status !== 200) return;
  const tickets = await insistent.ask('tickets', (anyone) =>
    anyone.as(user).get<TicketView[]>(`/api/v1/tickets?booking_id=${id}`),
  );
  const [ticket] = tickets?.body ?? [];
  if (tickets?.status !== 200 || !ticket) return;
  if (dice.chance(0.5)) {
    const to = `friend of ${user}`;
    const path = `/api/v1/tickets/${ticket.ticket_id}/transfer`;
    const passed = await send<TicketView>('transfer', path, { to_user_id: to });
    if (passed?.status === 200) promised.passedOn.push({ from: user, to, ticketId: ticket.ticket_id });
  } else {
    const detail = await insistent.ask('ticket', (anyone) =>
      anyone.as(user).get<TicketDetail>(`/api/v1/tickets/${ticket.ticket_id}`),
    );
    const code = detail?.body.code;
    if (!code) return;
    const scanned = await insistent.ask('check in', (anyone) =>
      anyone
        .with({ 'x-token': token, 'idempotency-key': `in ${user}` })
        .post(`/api/v1/events/${eventId}/check-ins`, { code, gate: 'North' }),
    );
    if (scanned?.status === 200) promised.letIn.push({ eventId, code });
  }
}
