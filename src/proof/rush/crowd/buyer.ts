import type { BookingView } from '../../../contract/booking.ts';
import type { ReservationCreated } from '../../../contract/reservation.ts';
import { elapsed } from '../stopwatch.ts';
import type { Meaning } from './classify.ts';
import { leaveLine, standInLine } from './line.ts';
import { anythingLeft, bodyOf, endingOf } from './look.ts';
import type { Ending } from './measures.ts';
import type { Granted, Visit } from './visit.ts';

/** What a buyer holds and until when it is safe is the server's business; the buyer knows ids. */
interface Held {
  seats: number[];
  reservationIds: number[];
}

/** A whole visit: from arriving to owning tickets, or to one of the other endings. Every buyer sends at least one request. */
export async function playBuyer(visit: Visit): Promise<Ending> {
  if (visit.venue.admission === 'open') return shop(visit);
  const outside = await standInLine(visit);
  if (outside !== undefined) return outside;
  const ending = await shop(visit);
  // Who lets a hold lapse just goes away; his session ends by itself, too.
  if (ending !== 'let-lapse') await leaveLine(visit);
  return ending;
}

async function shop(visit: Visit): Promise<Ending> {
  const held = await hunt(visit);
  if (typeof held === 'string') return held;
  const { plan } = visit.character;
  if (plan === 'let-lapse') return 'let-lapse';
  await visit.think(50, 1_200);
  if (plan === 'release') return release(visit, held);
  return buy(visit, held);
}

/** Tries for seats until there are some, or patience or the hall is at its end. */
async function hunt(visit: Visit): Promise<Held | Ending> {
  const { character, venue } = visit;
  let party = character.party;
  let lastRefusal: Meaning | undefined;
  for (let round = 0; round < character.tries; round++) {
    if (venue.hall().free() === 0 && !(await anythingLeft(visit))) return 'sold-out';
    const picked =
      character.wantsBest || round === character.tries - 1
        ? undefined
        : venue.hall().choose(character.dice, party);
    const granted = await (picked ? holdPicked(visit, picked) : holdBest(visit, party));
    if (granted.meaning.outcome === 'ok') return heldFrom(granted.answer?.body ?? '');
    lastRefusal = granted.meaning;
    if (lastRefusal.refusal === undefined || lastRefusal.notNow) return endingOf(lastRefusal, 'outrun');
    if (lastRefusal.refusal === 'SALE_NOT_OPEN') return 'sold-out';
    if (lastRefusal.refusal === 'NO_ADJACENT_SEATS') {
      if (party === 1 || !character.splits) return venue.hall().free() < party ? 'sold-out' : 'outrun';
      party = 1;
    }
    await visit.think(20, 250);
  }
  return endingOf(lastRefusal, 'outrun');
}

function holdPicked(visit: Visit, seats: number[]): Promise<Granted> {
  const { character, venue } = visit;
  const body = { event_id: venue.eventId, seat_ids: seats, user_id: character.userId };
  return visit.ask({
    request: { method: 'POST', path: '/api/v1/reservations', body },
    step: 'hold',
    op: 'hold',
    seats,
  });
}

function holdBest(visit: Visit, party: number): Promise<Granted> {
  const { character, venue } = visit;
  const path = `/api/v1/events/${venue.eventId}/best-available`;
  const body = { party_size: party, hold: true, user_id: character.userId };
  return visit.ask({
    request: { method: 'POST', path, body },
    step: 'hold',
    op: 'hold',
    readSeats: (text) => heldFrom(text).seats,
  });
}

async function release(visit: Visit, held: Held): Promise<Ending> {
  const body = { reservation_ids: held.reservationIds };
  const request = { method: 'POST', path: '/api/v1/reservations/cancel-batch', body } as const;
  const given = await visit.ask({ request, op: 'release', seats: held.seats });
  return given.meaning.outcome === 'ok' ? 'released' : endingOf(given.meaning, 'too-late');
}

async function buy(visit: Visit, held: Held): Promise<Ending> {
  const { character, venue } = visit;
  const { seats } = held;
  const body = { event_id: venue.eventId, user_id: character.userId, seat_ids: seats };
  const booked = await visit.ask({
    request: { method: 'POST', path: '/api/v1/bookings', body },
    step: 'book',
    op: 'book',
    seats,
  });
  if (booked.meaning.outcome !== 'ok') return endingOf(booked.meaning, 'too-late');
  const bookingId = bodyOf<BookingView>(booked).booking_id;
  await visit.think(50, 800);
  const paid = await pay(visit, bookingId, seats);
  if (paid.outcome !== 'ok') {
    await cancel(visit, bookingId, { seats, reason: 'the payment did not go through' });
    return endingOf(paid, paid.refusal === 'PAYMENT_FAILED' ? 'declined' : 'too-late');
  }
  venue.measures.purchase(visit.waited, elapsed());
  if (character.plan !== 'cancel-after') return 'bought';
  await visit.think(200, 2_000);
  return cancel(visit, bookingId, { seats, reason: 'changed my mind' });
}

/** A declined card is followed once by another one: a new payment, so a new key. */
async function pay(visit: Visit, bookingId: number, seats: readonly number[]): Promise<Meaning> {
  for (let card = 1; ; card++) {
    const body = { booking_id: bookingId, payment_id: `pay-${visit.venue.run}-${bookingId}-${card}` };
    const { meaning } = await visit.ask({
      request: { method: 'POST', path: `/api/v1/bookings/${bookingId}/confirm-payment`, body },
      step: 'confirm',
      op: 'confirm',
      seats,
      bookingId,
    });
    if (meaning.refusal !== 'PAYMENT_FAILED' || card === 2) return meaning;
    await visit.think(100, 600);
  }
}

async function cancel(
  visit: Visit,
  bookingId: number,
  why: { seats: readonly number[]; reason: string },
): Promise<Ending> {
  const request = {
    method: 'POST',
    path: `/api/v1/bookings/${bookingId}/cancel`,
    body: { reason: why.reason },
  } as const;
  const { meaning } = await visit.ask({ request, op: 'cancel', seats: why.seats, bookingId });
  return meaning.outcome === 'ok' ? 'cancelled' : endingOf(meaning, 'failed');
}

function heldFrom(body: string): Held {
  const { reservations } = JSON.parse(body) as ReservationCreated;
  return {
    seats: reservations.flatMap((reservation) => reservation.seats.map((seat) => seat.seat_id)),
    reservationIds: reservations.map((reservation) => reservation.reservation_id),
  };
}
