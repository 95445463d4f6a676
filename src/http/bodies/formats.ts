import { parseMoney } from '../../core/money.ts';

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:Z|[+-](\d{2}):?(\d{2}))?)?$/i;

/**
 * ISO 8601 date and time of a day that exists; the zone is optional, and so is the time: a day alone is its midnight. As
 * RFC 3339 allows, a space may stand for the T: `str()` of Python's datetime writes one.
 */
export function isDateTime(text: string): boolean {
  const [, year, month, day, hour = '0', minute = '0', second = '0', zoneHour = '0', zoneMinute = '0'] =
    DATE_TIME.exec(text) ?? [];
  if (year === undefined) return false;
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return (
    Number(year) >= 1970 &&
    Number(month) >= 1 &&
    Number(month) <= 12 &&
    Number(day) >= 1 &&
    Number(day) <= lastDay &&
    Number(hour) <= 23 &&
    Number(minute) <= 59 &&
    Number(second) <= 59 &&
    Number(zoneHour) <= 14 &&
    Number(zoneMinute) <= 59
  );
}

export function isMoney(text: string | number): boolean {
  return (parseMoney(text) ?? 0) > 0;
}

export const DATE_TIME_FORMAT = { type: 'string', validate: isDateTime } as const;
export const MONEY_FORMAT = { type: 'string', validate: isMoney } as const;
export const MONEY_NUMBER_FORMAT = { type: 'number', validate: isMoney } as const;
