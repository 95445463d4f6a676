import type { Hundredths } from '../../core/money.ts';

/**
 * How many units of Stripe one hundredth is, where it is not one (docs.stripe.com/currencies). ISK and UGX have no
 * minor unit and are given in hundredths all the same.
 */
const ZERO_DECIMAL = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '));
const THREE_DECIMAL = new Set('BHD JOD KWD OMR TND'.split(' '));

/** An amount as Stripe wants it: whole units of the currency's smallest coin. */
export function stripeUnits(amount: Hundredths, currency: string): number {
  if (ZERO_DECIMAL.has(currency)) return amount / 100;
  return THREE_DECIMAL.has(currency) ? amount * 10 : amount;
}

export function hundredthsOf(units: number, currency: string): Hundredths {
  const upper = currency.toUpperCase();
  if (ZERO_DECIMAL.has(upper)) return units * 100;
  return THREE_DECIMAL.has(upper) ? Math.round(units / 10) : units;
}
