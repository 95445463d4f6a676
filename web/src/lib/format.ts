import { parseServerTime } from './server-clock.ts';

/** An amount in hundredths of the currency, as everywhere in Onrush. */
export type Hundredths = number;

/** "100.50" or 100.5 → 10050. */
export function toHundredths(amount: string | number): Hundredths {
  return Math.round(Number(amount) * 100);
}

export function formatMoney(
  amount: Hundredths,
  { currency, language }: { currency: string; language: string },
): string {
  return new Intl.NumberFormat(language, { style: 'currency', currency }).format(amount / 100);
}

/** A wire date-time as the buyer's own day and time. */
export function formatDateTime(text: string, language: string): string {
  return new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    weekday: 'short',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(parseServerTime(text));
}

export function formatTime(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit', second: '2-digit' }).format(
    at,
  );
}

export function formatCount(count: number, language: string): string {
  return new Intl.NumberFormat(language).format(count);
}
