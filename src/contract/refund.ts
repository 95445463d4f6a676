import { type Static, Type } from 'typebox';
import { CurrencyText, Id, MoneyInput, MoneyText, Nullable, Strict } from './common.ts';

const SOME_NAME = { examples: ['late-start-7'] };

export const RefundInput = Strict({
  refund_id: Type.String({
    pattern: '^[A-Za-z0-9_-]{1,64}$',
    description: 'A name of the organiser’s: the same again is the same refund',
    ...SOME_NAME,
  }),
  amount: MoneyInput,
  reason: Type.Optional(Nullable(Type.String({ maxLength: 500, examples: ['The doors opened late'] }))),
});
export type RefundInput = Static<typeof RefundInput>;

export const RefundView = Type.Object(
  {
    booking_id: Id,
    refund_id: Type.String(SOME_NAME),
    amount: MoneyText,
    currency: CurrencyText,
    status: Type.String({ examples: ['DONE'] }),
    left: Type.With(MoneyText, { description: 'What can still be refunded' }),
  },
  { $id: 'Refund' },
);
export type RefundView = Static<typeof RefundView>;
