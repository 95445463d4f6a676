import { IdParams } from '../contract/common.ts';
import { RefundInput, RefundView } from '../contract/refund.ts';
import { formatMoney, moneyOf } from '../core/money.ts';
import { answerTo } from '../http/answers/answer-to.ts';
import { SECURITY } from '../http/documents/openapi.ts';
import { organiserKey } from '../http/identity/organiser.ts';
import type { HttpServer } from '../http/kit.ts';
import type { Order } from './order.ts';
import { leftOf } from './refund.ts';
import type { OrderService } from './service.ts';

/** The organiser gives a part of the money back: `/api/v1/bookings/{id}/refunds`. */
export function refundRoutes(app: HttpServer, orders: OrderService): void {
  const refund = answerTo({
    schema: {
      summary: 'Refund a part of a confirmed booking; its seats stay sold',
      tags: ['bookings'],
      security: SECURITY.organiser,
      params: IdParams,
      body: RefundInput,
      response: { 200: RefundView },
    },
    sender: organiserKey,
    ask: (key, { params, body }) => {
      const { refund_id: refundId, amount, reason = null } = body;
      return orders.refundPart(params.id, { refundId, amount: moneyOf(amount), reason }, key);
    },
    view: (order, { body }) => refundView(order, body.refund_id),
  });
  app.post('/api/v1/bookings/:id/refunds', refund);
}

function refundView(order: Order, refundId: string): RefundView {
  const refund = order.refunds.find((each) => each.refundId === refundId);
  return {
    booking_id: order.orderId,
    refund_id: refundId,
    amount: formatMoney(refund?.amount ?? 0),
    currency: order.currency,
    status: refund?.state ?? 'PENDING',
    left: formatMoney(leftOf(order)),
  };
}
