import { followedPace, httpPayments } from '../adapters/http-client/payments.ts';
import { roleClient } from '../adapters/http-client/role-client.ts';
import { sqlPaymentNotices } from '../adapters/sql/payments/payment-notices.ts';
import { sqlPaymentReferences } from '../adapters/sql/payments/payment-references.ts';
import { PaymentNotices } from '../payment/notices.ts';
import type { Machine } from './machine.ts';
import type { Payments } from './payments.ts';

/** The payments of another process: this one has no provider, and no keys of one. Part of `compose`. */
export function paymentsElsewhere({ config, clock, random, database, tracer }: Machine): Payments {
  const { paymentUrl = '', internal } = config.roles;
  const client = roleClient({
    url: paymentUrl,
    token: internal.token ?? '',
    clock,
    random,
    here: tracer?.here,
  });
  const { health, follow } = followedPace(client, clock);
  return {
    service: httpPayments(client),
    health,
    atHand: undefined,
    notices: (orders) =>
      new PaymentNotices({
        orders,
        clock,
        readers: [],
        references: sqlPaymentReferences(database),
        log: sqlPaymentNotices(database),
      }),
    startJobs: () => [follow()],
  };
}
