import { type Static, Type } from 'typebox';
import { Strict } from './common.ts';

/** What the order role asks of the payment role. The attempt id makes a repeated request harmless. */
export const PAYMENT_STEPS = ['lookUp', 'authorize', 'capture', 'void', 'refund', 'refundPart'] as const;
export type PaymentStep = (typeof PAYMENT_STEPS)[number];

export const PaymentStepParams = Type.Object({ step: Type.Enum([...PAYMENT_STEPS]) });

export const PaymentStepInput = Strict({
  charge: Strict({
    attemptId: Type.String({ minLength: 1, maxLength: 100 }),
    orderId: Type.Integer({ minimum: 1 }),
    eventId: Type.Integer({ minimum: 1 }),
    reference: Type.String({ minLength: 1, maxLength: 100 }),
    paymentId: Type.String({ maxLength: 500 }),
    amount: Type.Integer({ minimum: 0 }),
    currency: Type.String({ minLength: 3, maxLength: 3 }),
  }),
  refund: Type.Optional(
    Strict({
      refundId: Type.String({ minLength: 1, maxLength: 300 }),
      amount: Type.Integer({ minimum: 1 }),
    }),
  ),
});
export type PaymentStepInput = Static<typeof PaymentStepInput>;
