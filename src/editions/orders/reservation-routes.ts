import { Type } from 'typebox';
import {
  HoldExtended,
  HoldExtension,
  HoldInput,
  HoldView,
  OrdersSeatParams,
  SeatConfirmed,
} from '../../contract/orders.ts';
import type { Admissions } from '../../core/admissions.ts';
import { SECOND } from '../../core/clock.ts';
import { isRefusal } from '../../core/refusal.ts';
import { answerTo } from '../../http/answers/answer-to.ts';
import { sendRefusal } from '../../http/answers/refusals.ts';
import { SECURITY } from '../../http/documents/openapi.ts';
import type { HttpServer } from '../../http/kit.ts';
import { admittedCaller, caller, nameCaller } from './caller.ts';
import { ORDERS_FACE } from './face.ts';
import type { Holds, Orders } from './ports/sale.ts';
import { confirmedView, holdMillis, holdView, instant } from './wire.ts';

const tags = ['orders'];
const security = SECURITY.buyer;
const of = { config: { face: ORDERS_FACE }, preHandler: nameCaller };
const PATH = '/api/reservations/:eventId/:seatId';

export interface ReservationRoutesNeeds {
  holds: Holds;
  orders: Pick<Orders, 'buy'>;
  admissions: Admissions;
}

/** Holds of one seat: `/api/reservations`. */
export function reservationRoutes(app: HttpServer, needs: ReservationRoutesNeeds): void {
  holdRoute(app, needs);
  changeRoutes(app, needs);
  confirmRoute(app, needs);
}

function holdRoute(app: HttpServer, { holds, admissions }: ReservationRoutesNeeds): void {
  const schema = {
    summary: 'Hold a seat for 5 to 120 seconds; a held one is 409, a sold one 422',
    tags,
    security,
    body: HoldInput,
    response: { 201: HoldView },
  };
  const config = { ...of.config, hot: true };
  app.post('/api/reservations', { ...of, schema, config }, async (request, reply) => {
    const { eventId, seatId, holdSeconds } = request.body;
    const who = await admittedCaller(request, admissions, eventId);
    const held = isRefusal(who)
      ? who
      : await holds.hold(eventId, seatId, who, { holdMillis: holdMillis(holdSeconds) });
    return isRefusal(held) ? sendRefusal(request, reply, held) : reply.code(201).send(holdView(held.hold));
  });
}

function changeRoutes(app: HttpServer, { holds, admissions }: ReservationRoutesNeeds): void {
  const extend = answerTo({
    schema: {
      summary: 'Keep a seat longer than what remains; gone is 410, another’s 409',
      tags,
      security,
      params: OrdersSeatParams,
      body: HoldExtension,
      response: { 200: HoldExtended },
    },
    sender: (request) => admittedCaller(request, admissions, request.params.eventId),
    ask: (who, { params: { eventId, seatId }, body }) =>
      holds.extend(eventId, seatId, body.seconds * SECOND, who),
    view: ({ hold }) => ({ expiresAt: instant(hold.expiresAt) }),
  });
  app.post(`${PATH}/extend`, { ...extend, ...of });

  const schema = {
    summary: 'Give a seat back; gone is 410, another’s 409',
    tags,
    security,
    params: OrdersSeatParams,
    response: { 204: Type.Null({ description: 'the seat is free' }) },
  };
  app.delete(PATH, { ...of, schema }, async (request, reply) => {
    const { eventId, seatId } = request.params;
    const who = caller(request);
    const released = isRefusal(who) ? who : await holds.release(eventId, seatId, who);
    return isRefusal(released) ? sendRefusal(request, reply, released) : reply.code(204).send(null);
  });
}

function confirmRoute(app: HttpServer, { orders, admissions }: ReservationRoutesNeeds): void {
  const confirm = answerTo({
    schema: {
      summary: 'Order, pay and confirm a held seat; declined is 402 and the seat stays held until it lapses',
      tags,
      security,
      params: OrdersSeatParams,
      response: { 200: SeatConfirmed },
    },
    sender: (request) => admittedCaller(request, admissions, request.params.eventId),
    ask: ({ userId, key }, { params: { eventId, seatId }, id }) =>
      orders.buy({ eventId, seatId, userId, paymentId: id }, key),
    view: (order, { params }) => confirmedView(order, params),
  });
  app.post(`${PATH}/confirm`, { ...confirm, ...of, config: { ...of.config, hot: true } });
}
