import { IdParams } from '../../contract/common.ts';
import { AuthorizeInput, AuthorizeView, SubmitInput, SubmittedOrder } from '../../contract/orders.ts';
import type { Admissions } from '../../core/admissions.ts';
import type { Answers } from '../../core/answers.ts';
import { isRefusal, refuse } from '../../core/refusal.ts';
import { answerTo } from '../../http/answers/answer-to.ts';
import { SECURITY } from '../../http/documents/openapi.ts';
import type { HttpServer } from '../../http/kit.ts';
import { admittedCaller, caller, nameCaller } from './caller.ts';
import { ORDERS_FACE, ORDERS_FACE_OF_ORDERS } from './face.ts';
import type { Orders } from './ports/sale.ts';
import { orderView } from './wire.ts';

const tags = ['orders'];
const security = SECURITY.buyer;
const of = { config: { face: ORDERS_FACE }, preHandler: nameCaller };

export interface OrderRoutesNeeds {
  orders: Pick<Orders, 'submit' | 'order' | 'settle'>;
  answers: Answers;
  admissions: Admissions;
}

/** Orders that are paid by themselves: `/api/orders`. */
export function submitRoutes(app: HttpServer, { orders, admissions }: OrderRoutesNeeds): void {
  const submit = answerTo({
    schema: {
      summary: 'Order held seats: the payment begins by itself. Needs an Idempotency-Key',
      tags,
      security,
      body: SubmitInput,
      response: { 200: SubmittedOrder },
    },
    sender: (request) => admittedCaller(request, admissions, request.body.eventId),
    async ask({ userId, key }, { body: { eventId, seatIds } }) {
      if (key === undefined) return refuse('IDEMPOTENCY_KEY_INVALID');
      if (new Set(seatIds).size < seatIds.length) return refuse('DUPLICATE_SEAT_IDS');
      return orders.submit({ eventId, seatIds, userId }, key);
    },
    view: orderView,
  });
  app.post('/api/orders', {
    ...submit,
    ...of,
    config: { face: ORDERS_FACE_OF_ORDERS, hot: true },
  });

  const one = answerTo({
    schema: {
      summary: 'One of the own orders: CREATED, then CONFIRMED or CANCELLED',
      tags,
      security,
      params: IdParams,
      response: { 200: SubmittedOrder },
    },
    sender: caller,
    ask: ({ userId }, { params }) => orders.order(params.id, userId),
    view: orderView,
  });
  app.get('/api/orders/:id', { ...one, ...of });
}

/** The outcome of their payment: `/api/payments`. */
export function paymentRoute(app: HttpServer, { orders, answers }: OrderRoutesNeeds): void {
  const authorize = answerTo({
    schema: {
      summary: 'The outcome of an order’s payment, waited for while it is on its way',
      tags,
      security,
      body: AuthorizeInput,
      response: { 200: AuthorizeView },
    },
    sender: caller,
    ask: ({ userId, key }, { body: { orderId }, id: traceId }) =>
      answers.once(key, async (inner) => {
        const settled = await orders.settle(orderId, userId, inner);
        if (isRefusal(settled) && settled.refused !== 'PAYMENT_FAILED') return settled;
        const status = isRefusal(settled) || settled.confirmedAt === null ? 'fail' : 'success';
        return { orderId, status, traceId } as const;
      }),
    view: (answer) => answer,
  });
  app.post('/api/payments/authorize', { ...authorize, ...of });
}
