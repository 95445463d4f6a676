import { Type } from 'typebox';
import { IdParams, Strict } from '../contract/common.ts';
import {
  BestAvailableInput,
  BestAvailableSeats,
  CancelBatchInput,
  ExtendInput,
  ReservationCreated,
  ReservationInput,
  ReservationQuery,
  ReservationView,
} from '../contract/reservation.ts';
import type { Admissions } from '../core/admissions.ts';
import { moneyOf } from '../core/money.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import { admittedClaimant, claimant } from '../http/claimant.ts';
import { requirePrincipal } from '../http/identity.ts';
import type { HttpServer } from '../http/kit.ts';
import { SECURITY } from '../http/openapi.ts';
import { sendRefusal } from '../http/refusals.ts';
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
  changeRoutes(app, reservations);
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
    security,
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
  const list = {
    summary: 'Own reservations, newest first',
    tags,
    security,
    querystring: ReservationQuery,
    response: { 200: Type.Array(ReservationView) },
  };
  app.get('/api/v1/reservations', { schema: list }, async (request, reply) => {
    const principal = requirePrincipal(request);
    if (isRefusal(principal)) return sendRefusal(request, reply, principal);
    const { event_id, active_only } = request.query;
    const filter = { activeOnly: active_only, ...(event_id !== undefined && { eventId: event_id }) };
    return (await reservations.reservationsOf(principal.userId, filter)).map(reservationView);
  });

  const one = {
    summary: 'One of the own reservations',
    tags,
    security,
    params: IdParams,
    response: { 200: ReservationView },
  };
  app.get('/api/v1/reservations/:id', { schema: one }, async (request, reply) => {
    const principal = requirePrincipal(request);
    const found = isRefusal(principal)
      ? principal
      : await reservations.reservation(request.params.id, principal.userId);
    return isRefusal(found) ? sendRefusal(request, reply, found) : reservationView(found);
  });
}

function changeRoutes(app: HttpServer, reservations: ReservationService): void {
  const extend = {
    summary: 'Keep a reservation longer',
    tags,
    security,
    params: IdParams,
    body: ExtendInput,
    response: { 200: ReservationView },
  };
  app.post('/api/v1/reservations/:id/extend', { schema: extend }, async (request, reply) => {
    const buyer = claimant(request);
    const extended = isRefusal(buyer)
      ? buyer
      : await reservations.extend(request.params.id, request.body.additional_minutes, buyer);
    return isRefusal(extended) ? sendRefusal(request, reply, extended) : extendedView(extended);
  });

  const Cancelled = Type.Object({ success: Type.Boolean(), message: Type.String() });
  const cancel = {
    summary: 'Give a reservation back',
    tags,
    security,
    params: IdParams,
    response: { 200: Cancelled },
  };
  app.delete('/api/v1/reservations/:id', { schema: cancel }, async (request, reply) => {
    const buyer = claimant(request);
    const released = isRefusal(buyer) ? buyer : await reservations.release(request.params.id, buyer);
    if (isRefusal(released)) return sendRefusal(request, reply, released);
    return { success: true, message: 'Reservation cancelled successfully' };
  });

  const batch = {
    summary: 'Give several reservations back',
    tags,
    security,
    body: CancelBatchInput,
    response: { 200: Strict({ cancelled: Type.Integer(), requested: Type.Integer() }) },
  };
  app.post('/api/v1/reservations/cancel-batch', { schema: batch }, async (request, reply) => {
    const buyer = claimant(request);
    const { reservation_ids } = request.body;
    const released = isRefusal(buyer) ? buyer : await reservations.releaseMany(reservation_ids, buyer);
    if (isRefusal(released)) return sendRefusal(request, reply, released);
    return { cancelled: released.released, requested: reservation_ids.length };
  });
}
