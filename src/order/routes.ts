import { Type } from 'typebox';
import {
  BookingDetail,
  BookingInput,
  BookingQuery,
  BookingView,
  CancelBookingInput,
  ConfirmPaymentInput,
} from '../contract/booking.ts';
import { IdParams } from '../contract/common.ts';
import type { Admissions } from '../core/admissions.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { admittedClaimant, claimant } from '../http/claimant.ts';
import { requirePrincipal } from '../http/identity.ts';
import type { HttpServer } from '../http/kit.ts';
import { SECURITY } from '../http/openapi.ts';
import { sendRefusal } from '../http/refusals.ts';
import type { Order } from './order.ts';
import type { BookedEvents } from './ports/events.ts';
import type { OrderService } from './service.ts';
import { bookingDetail, bookingView, statesOf } from './wire.ts';

export interface OrderRoutesNeeds {
  orders: OrderService;
  events: BookedEvents;
  admissions: Admissions;
}

/** Orders as v1 knows them: `/api/v1/bookings`. */
export function orderRoutes(app: HttpServer, needs: OrderRoutesNeeds): void {
  createRoute(app, needs);
  payRoutes(app, needs);
  readRoutes(app, needs);
}

const tags = ['bookings'];
const security = SECURITY.buyer;

function createRoute(app: HttpServer, { orders, admissions }: OrderRoutesNeeds): void {
  const schema = {
    summary: 'Book held seats: they wait for the payment',
    tags,
    security,
    body: BookingInput,
    response: { 201: BookingView },
  };
  app.post('/api/v1/bookings', { schema, config: { hot: true } }, async (request, reply) => {
    const { event_id, seat_ids, user_id } = request.body;
    if (new Set(seat_ids).size < seat_ids.length)
      return sendRefusal(request, reply, refuse('DUPLICATE_SEAT_IDS'));
    const buyer = await admittedClaimant(request, admissions, { eventId: event_id, userId: user_id });
    const order = isRefusal(buyer) ? buyer : await orders.create(event_id, seat_ids, buyer.userId, buyer.key);
    return isRefusal(order) ? sendRefusal(request, reply, order) : reply.code(201).send(bookingView(order));
  });
}

function payRoutes(app: HttpServer, { orders }: OrderRoutesNeeds): void {
  const confirm = {
    summary: 'Pay a booking',
    tags,
    security,
    params: IdParams,
    body: ConfirmPaymentInput,
    response: { 200: BookingView },
  };
  app.post(
    '/api/v1/bookings/:id/confirm-payment',
    { schema: confirm, config: { hot: true } },
    async (request, reply) => {
      const { id } = request.params;
      const { booking_id, payment_id } = request.body;
      if (booking_id !== id) {
        const detail = [{ field: 'booking_id', message: 'must be the booking in the path' }];
        return sendRefusal(request, reply, refuse('VALIDATION_FAILED', {}, { detail }));
      }
      const buyer = claimant(request);
      const order = isRefusal(buyer)
        ? buyer
        : await orders.confirmPayment(id, buyer.userId, payment_id, buyer.key);
      return isRefusal(order) ? sendRefusal(request, reply, order) : bookingView(order);
    },
  );

  const cancel = {
    summary: 'Cancel a booking; what was paid is refunded',
    tags,
    security,
    params: IdParams,
    body: CancelBookingInput,
    response: { 200: BookingView },
  };
  app.post('/api/v1/bookings/:id/cancel', { schema: cancel }, async (request, reply) => {
    const buyer = claimant(request);
    const reason = request.body.reason ?? null;
    const order = isRefusal(buyer)
      ? buyer
      : await orders.cancel(request.params.id, buyer.userId, reason, buyer.key);
    return isRefusal(order) ? sendRefusal(request, reply, order) : bookingView(order);
  });
}

function readRoutes(app: HttpServer, { orders, events }: OrderRoutesNeeds): void {
  const list = {
    summary: 'Own bookings, newest first',
    tags,
    security,
    querystring: BookingQuery,
    response: { 200: Type.Array(BookingView) },
  };
  app.get('/api/v1/bookings', { schema: list }, async (request, reply) => {
    const principal = requirePrincipal(request);
    if (isRefusal(principal)) return sendRefusal(request, reply, principal);
    const { status_filter } = request.query;
    return (await orders.ordersOf(principal.userId, status_filter && statesOf(status_filter))).map(
      bookingView,
    );
  });

  const detailed = (order: Order | Refusal) => {
    const event = isRefusal(order) ? undefined : events.describe(order.eventId);
    return isRefusal(order) || !event ? refuse('BOOKING_NOT_FOUND') : bookingDetail(order, event);
  };

  const one = {
    summary: 'One of the own bookings',
    tags,
    security,
    params: IdParams,
    response: { 200: BookingDetail },
  };
  app.get('/api/v1/bookings/:id', { schema: one }, async (request, reply) => {
    const principal = requirePrincipal(request);
    const found = isRefusal(principal)
      ? principal
      : detailed(await orders.order(request.params.id, principal.userId));
    return isRefusal(found) ? sendRefusal(request, reply, found) : found;
  });

  const ReferenceParams = Type.Object({ reference: Type.String({ minLength: 1, maxLength: 50 }) });
  const byReference = {
    summary: 'One of the own bookings, by its reference',
    tags,
    security,
    params: ReferenceParams,
    response: { 200: BookingDetail },
  };
  app.get('/api/v1/bookings/reference/:reference', { schema: byReference }, async (request, reply) => {
    const principal = requirePrincipal(request);
    const found = isRefusal(principal)
      ? principal
      : detailed(await orders.orderByReference(request.params.reference, principal.userId));
    return isRefusal(found) ? sendRefusal(request, reply, found) : found;
  });
}
