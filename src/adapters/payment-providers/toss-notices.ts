import { NOTICE_TOLERANCE, type ProviderNotices } from '../../payment/ports/provider-notices.ts';
import type { ProviderReferences } from '../../payment/ports/provider-references.ts';
import { isTossRefusal, type TossAccount, tossClient } from './toss-client.ts';

/**
 * Toss Payments' webhooks. Those of payments bear no signature (only `payout.changed` and `seller.changed` do), so one is
 * taken for theirs when it names a payment that we began and that they, asked with our secret key, tell of in the same
 * way; its name is made of what they answered, not of what was sent. So a stranger can at most make us look.
 */
export function tossNotices(options: TossAccount & { references: ProviderReferences }): ProviderNotices {
  const toss = tossClient(options);
  return {
    provider: 'toss',
    async read({ body, header, at }) {
      const sent = paymentIn(body);
      const sentAt = Date.parse(header('tosspayments-webhook-transmission-time') ?? '');
      if (!sent || Math.abs(at - sentAt) > NOTICE_TOLERANCE) return 'refused';
      if (!(await options.references.attemptOf('toss', sent.paymentKey))) return 'refused';
      const payment = await toss.find(sent.paymentKey);
      if (isTossRefusal(payment) || payment.orderId !== sent.orderId) return 'refused';
      const { paymentKey, status, lastTransactionKey } = payment;
      return {
        noticeId: [paymentKey, status, lastTransactionKey].join(' ').slice(0, 255),
        reference: paymentKey,
      };
    },
  };
}

function paymentIn(body: Uint8Array): { paymentKey: string; orderId: string } | undefined {
  try {
    const { data } = JSON.parse(Buffer.from(body).toString()) as { data?: Record<string, unknown> };
    const { paymentKey, orderId } = data ?? {};
    const isWhole = typeof paymentKey === 'string' && paymentKey.length <= 200 && typeof orderId === 'string';
    return isWhole ? { paymentKey, orderId } : undefined;
  } catch {
    return undefined;
  }
}
