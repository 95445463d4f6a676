import { Type } from 'typebox';
import { IdParams, Strict } from '../contract/common.ts';
import {
  BestAvailableInput,
  BestAvailableSeats,
  CancelBatchInput,
  ExtendInput,
  ReservationCancelled,
  ReservationCreated,
  ReservationInput,
  ReservationQuery,
  ReservationView,
} from '../contract/reservation.ts';
import type { Admissions } from '../core/admissions.ts';
import { moneyOf } from '../core/money.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import { answerTo } from '../http/answers/answer-to.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import { SECURITY } from '../http/documents/openapi.ts';
import { admittedClaimant, claimant, mayBuy } from '../http/identity/claimant.ts';
import { requirePrincipal, requireSameUser } from '../http/identity/identity.ts';
import type { HttpServer } from '../http/kit.ts';
import type { PartyWish } from './free-seats.ts';
import type { ReservationService } from './service.ts';
import { bestSeatsView, extendedView, heldView, reservationView, withAlternative } from './wire.ts';

/** Holds: `/api/v1/reservations`, and the best seats for a party. */
export function reservationRoutes(
  app: HttpServer,
  reservations: ReservationService,
  admissions: Admissions,
): void {
  holdRoutes(app, reservations, admissions);
  bestAvailableRoute(app, reservations, admissions);
  readRoutes(app, reservations);
  changeRoutes(app, reservations, admissions);
}

const tags = ['reservations'];
const security = SECURITY.buyer;

function holdRoutes(app: HttpServer, reservations: ReservationService, admissions: Admissions): void {
  const schema = {
    summary: 'Hold seats, all or none: one reservation each',
    tags,
    security,
    body: ReservationInput,
    response: { 201: ReservationCreated },
  };
  app.post('/api/v1/reservations', { schema, config: { hot: true } }, async (request, reply) => {
    const { event_id, seat_ids, user_id, session_id } = request.body;
    if (new Set(seat_ids).size < seat_ids.length)
      return sendRefusal(request, reply, refuse('DUPLICATE_SEAT_IDS'));
    const buyer = await admittedClaimant(request, admissions, {
      eventId: event_id,
      userId: user_id,
      sessionId: session_id,
    });
    const held = isRefusal(buyer) ? buyer : await reservations.hold(event_id, seat_ids, buyer);
    return isRefusal(held) ? sendRefusal(request, reply, held) : reply.code(201).send(heldView(held));
  });
}

function bestAvailableRoute(app: HttpServer, reservations: ReservationService, admissions: Admissions): void {
  const schema = {
    summary: 'The best seats for a party, side by side; held at once with `hold`',
    tags,
    security: SECURITY.buyerOrNobody,
    params: IdParams,
    body: BestAvailableInput,
    response: { 200: BestAvailableSeats, 201: ReservationCreated },
  };
  app.post('/api/v1/events/:id/best-available', { schema, config: { hot: true } }, async (request, reply) => {
    const { id } = request.params;
    const { party_size, section, seat_type, max_price, hold, user_id, session_id } = request.body;
    const wish: PartyWish = {
      size: party_size,
      ...(section !== undefined && { section }),
      ...(seat_type !== undefined && { type: seat_type }),
      ...(max_price !== undefined && { maxPrice: moneyOf(max_price) }),
    };
    if (!hold) {
      const { principal } = request;
      const mismatch = principal && user_id !== undefined && requireSameUser(principal, user_id);
      if (mismatch) return sendRefusal(request, reply, mismatch);
      const found = await reservations.findBest(id, wish);
      return isRefusal(found) ? sendRefusal(request, reply, withAlternative(found)) : bestSeatsView(found);
    }
    const buyer = await admittedClaimant(request, admissions, {
      eventId: id,
      userId: user_id,
      sessionId: session_id,
    });
    const held = isRefusal(buyer) ? buyer : await reservations.holdBest(id, wish, buyer);
    if (isRefusal(held)) return sendRefusal(request, reply, withAlternative(held));
    return reply.code(201).send(heldView(held));
  });
}

function readRoutes(app: HttpServer, reservations: ReservationService): void {
  const list = answerTo({
    schema: {
      summary: 'Own reservations, newest first',
      tags,
      security,
      querystring: ReservationQuery,
      response: { 200: Type.Array(ReservationView) },
    },
    sender: requirePrincipal,
    ask: ({ userId }, { query: { event_id, active_only } }) =>
      reservations.reservationsOf(userId, {
        activeOnly: active_only,
        ...(event_id !== undefined && { eventId: event_id }),
      }),
    view: (found) => found.map(reservationView),
  });
  app.get('/api/v1/reservations', list);

  const one = answerTo({
    schema: {
      summary: 'One of the own reservations',
      tags,
      security,
      params: IdParams,
      response: { 200: ReservationView },
    },
    sender: requirePrincipal,
    ask: ({ userId }, { params }) => reservations.reservation(params.id, userId),
    view: reservationView,
  });
  app.get('/api/v1/reservations/:id', one);
}

function changeRoutes(app: HttpServer, reservations: ReservationService, admissions: Admissions): void {
  const extend = answerTo({
    schema: {
      summary: 'Keep a reservation longer',
      tags,
      security,
      params: IdParams,
      body: ExtendInput,
      response: { 200: ReservationView },
    },
    sender: claimant,
    ask(buyer, request) {
      const { params, body } = request;
      const admitted = mayBuy(request, admissions, buyer.userId);
      return reservations.extend(params.id, body.additional_minutes, buyer, admitted);
    },
    view: extendedView,
  });
  app.post('/api/v1/reservations/:id/extend', extend);

  const cancel = answerTo({
    schema: {
      summary: 'Give a reservation back',
      tags,
      security,
      params: IdParams,
      response: { 200: ReservationCancelled },
    },
    sender: claimant,
    ask: (buyer, { params }) => reservations.release(params.id, buyer),
    view: () => ({ success: true, message: 'Reservation cancelled successfully' }),
  });
  app.delete('/api/v1/reservations/:id', cancel);

  const batch = answerTo({
    schema: {
      summary: 'Give several reservations back',
      tags,
      security,
      body: CancelBatchInput,
      response: { 200: Strict({ cancelled: Type.Integer(), requested: Type.Integer() }) },
    },
    sender: claimant,
    ask: (buyer, { body }) => reservations.releaseMany(body.reservation_ids, buyer),
    view: ({ released }, { body }) => ({ cancelled: released, requested: body.reservation_ids.length }),
  });
  app.post('/api/v1/reservations/cancel-batch', batch);
}
