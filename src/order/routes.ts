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
import { answerTo } from '../http/answers/answer-to.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import { SECURITY } from '../http/documents/openapi.ts';
import { admittedClaimant, claimant, mayBuy } from '../http/identity/claimant.ts';
import { requirePrincipal } from '../http/identity/identity.ts';
import type { HttpServer } from '../http/kit.ts';
import type { Order } from './order.ts';
import type { BookedEvents } from './ports/events.ts';
import type { OrderService } from './service.ts';
import { bookingDetail, bookingView, contactOf, statesOf } from './wire.ts';

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
    const contact = contactOf(request.body, request.headers['accept-language']);
    const order = isRefusal(buyer)
      ? buyer
      : await orders.create(event_id, seat_ids, buyer.userId, buyer.key, contact);
    return isRefusal(order) ? sendRefusal(request, reply, order) : reply.code(201).send(bookingView(order));
  });
}

function payRoutes(app: HttpServer, { orders, admissions }: OrderRoutesNeeds): void {
  const confirm = answerTo({
    schema: {
      summary: 'Pay a booking',
      tags,
      security,
      params: IdParams,
      body: ConfirmPaymentInput,
      response: { 200: BookingView },
    },
    config: { hot: true },
    sender: claimant,
    async ask({ userId, key }, request) {
      const { params, body } = request;
      const admitted = mayBuy(request, admissions, userId);
      if (body.booking_id === params.id)
        return orders.confirmPayment(params.id, userId, body.payment_id, key, admitted);
      const detail = [{ field: 'booking_id', message: 'must be the booking in the path' }];
      return refuse('VALIDATION_FAILED', {}, { detail });
    },
    view: bookingView,
  });
  app.post('/api/v1/bookings/:id/confirm-payment', confirm);

  const cancel = answerTo({
    schema: {
      summary: 'Cancel a booking; what was paid is refunded',
      tags,
      security,
      params: IdParams,
      body: CancelBookingInput,
      response: { 200: BookingView },
    },
    sender: claimant,
    ask: (buyer, { params, body }) => orders.cancel(params.id, buyer.userId, body.reason ?? null, buyer.key),
    view: bookingView,
  });
  app.post('/api/v1/bookings/:id/cancel', cancel);
}

function readRoutes(app: HttpServer, { orders, events }: OrderRoutesNeeds): void {
  const list = answerTo({
    schema: {
      summary: 'Own bookings, newest first',
      tags,
      security,
      querystring: BookingQuery,
      response: { 200: Type.Array(BookingView) },
    },
    sender: requirePrincipal,
    ask: ({ userId }, { query: { status_filter } }) =>
      orders.ordersOf(userId, status_filter && statesOf(status_filter)),
    view: (found) => found.map(bookingView),
  });
  app.get('/api/v1/bookings', list);

  const detailed = (order: Order | Refusal) => {
    const event = isRefusal(order) ? undefined : events.describe(order.eventId);
    return isRefusal(order) || !event ? refuse('BOOKING_NOT_FOUND') : { order, event };
  };
  type Booked = Exclude<ReturnType<typeof detailed>, Refusal>;
  const view = ({ order, event }: Booked) => bookingDetail(order, event);

  const one = answerTo({
    schema: {
      summary: 'One of the own bookings',
      tags,
      security,
      params: IdParams,
      response: { 200: BookingDetail },
    },
    sender: requirePrincipal,
    ask: async ({ userId }, { params }) => detailed(await orders.order(params.id, userId)),
    view,
  });
  app.get('/api/v1/bookings/:id', one);

  const ReferenceParams = Type.Object({ reference: Type.String({ minLength: 1, maxLength: 500 }) });
  const byReference = answerTo({
    schema: {
      summary: 'One of the own bookings, by its reference',
      tags,
      security,
      params: ReferenceParams,
      response: { 200: BookingDetail },
    },
    sender: requirePrincipal,
    ask: async ({ userId }, { params }) => detailed(await orders.orderByReference(params.reference, userId)),
    view,
  });
  app.get('/api/v1/bookings/reference/:reference', byReference);
}
