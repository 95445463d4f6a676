import { assert } from './assert.ts';

/** An amount in hundredths of the event's currency, a safe integer. 100.50 is 10050. */
export type Hundredths = number;

/** Digits after the point per ISO 4217 where it is not two. */
const EXPONENTS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

/** Whether an amount can be paid in the currency: whole won, whole yen. */
export function suitsCurrency(amount: Hundredths, currency: string): boolean {
  return (EXPONENTS[currency] ?? 2) > 0 || amount % 100 === 0;
}

const DECIMAL = /^\d{1,9}(\.\d{1,2})?$/;

/** Reads "100.5", "100.50" or 100.5. Anything else, more than two decimals included, is undefined. */
export function parseMoney(text: string | number): Hundredths | undefined {
  const digits = String(text);
  if (!DECIMAL.test(digits)) return undefined;
  const [whole = '0', fraction = ''] = digits.split('.');
  return Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
}

/** Reads what a schema has found to be money. */
export function moneyOf(text: string | number): Hundredths {
  const amount = parseMoney(text);
  assert(amount !== undefined, `${text} is not an amount of money`);
  return amount;
}

/** "100.50": always two places. */
export function formatMoney(amount: Hundredths): string {
  const whole = Math.trunc(amount / 100);
  const fraction = amount % 100;
  return `${whole}.${fraction < 10 ? '0' : ''}${fraction}`;
}
