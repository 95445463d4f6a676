import type { Mutant } from './mutants.ts';

/** Defects of how a provider's notices are taken, and of money that goes back in parts. */
export const NOTICE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a notice has its effect as often as it comes',
    file: 'payment/notices.ts',
    edits: [{ find: "if (await log.has(provider, noticeId)) return 'taken';", replace: '' }],
    breaks: [29],
  },
  {
    name: 'a notice that is not signed by the provider is taken',
    file: 'adapters/payment-providers/stripe-notices.ts',
    edits: [
      {
        find: "it is not a notice.\n        return 'refused';",
        replace: 'it is not a notice.\n        return noticeOf(JSON.parse(Buffer.from(body).toString()));',
      },
    ],
    breaks: [29],
  },
  {
    name: 'a signature is good for ever',
    file: 'adapters/payment-providers/stripe-notices.ts',
    edits: [{ find: 'const tolerance = NOTICE_TOLERANCE / 1_000;', replace: 'const tolerance = 0;' }],
    breaks: [29],
  },
  {
    name: 'a notice moves an order that does not wait for money',
    shownBy: 18,
    file: 'order/service.ts',
    edits: [{ find: 'WAITS_FOR_MONEY.has(order.state)', replace: 'order.revision > 0' }],
    breaks: [29],
  },
  {
    name: 'what was said of a payment later gives way to what was said earlier',
    shownBy: 16,
    file: 'adapters/sql/payments/payment-store.ts',
    edits: [{ find: "  guard: { state_rank: 'grows' },\n", replace: '' }],
    breaks: [25, 29],
  },
  {
    name: 'what went back in parts goes back once more with the rest',
    shownBy: 22,
    file: 'payment/refunds.ts',
    edits: [{ find: 'return taken - owed;', replace: 'return taken;' }],
    breaks: [22, 24, 25, 42],
  },
];
