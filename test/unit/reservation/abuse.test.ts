import { expect, it } from 'vitest';
import {
  abuseIn,
  DEVICE_WITHIN,
  type EarlierAttempts,
  HOLDS_WITHIN,
  type HoldAttempt,
  REQUEST_WITHIN,
} from '../../../src/reservation/abuse.ts';

const AT = 10_000_000;
const attempt: HoldAttempt = {
  attemptId: 'a',
  at: AT,
  userId: '7',
  seriesId: 4,
  eventId: 1,
  seatId: 1,
  requestMark: 'r',
  deviceMark: 'd',
};
const earlier = (more: Partial<EarlierAttempts> = {}): EarlierAttempts => ({
  ofUser: [],
  sameRequest: undefined,
  otherOnDevice: undefined,
  ...more,
});

it('three tries in ten seconds are allowed, the fourth is not', () => {
  expect(abuseIn(attempt, earlier({ ofUser: [AT - 1, AT - 2] }))).toBeUndefined();
  expect(abuseIn(attempt, earlier({ ofUser: [AT - 1, AT - 2, AT - 3] }))).toBe('RATE_LIMIT_EXCEEDED');
  const oneIsOld = earlier({ ofUser: [AT - 1, AT - 2, AT - HOLDS_WITHIN] });
  expect(abuseIn(attempt, oneIsOld)).toBeUndefined();
});

it('a request is not repeated within five minutes', () => {
  const after = (millis: number) => abuseIn(attempt, earlier({ sameRequest: AT - millis }));
  expect(after(REQUEST_WITHIN - 1)).toBe('DUPLICATE_REQUEST_FINGERPRINT');
  expect(after(REQUEST_WITHIN)).toBeUndefined();
});

it('a device is one account’s for ten minutes', () => {
  const after = (millis: number) => abuseIn(attempt, earlier({ otherOnDevice: AT - millis }));
  expect(after(DEVICE_WITHIN - 1)).toBe('DEVICE_FINGERPRINT_MULTI_ACCOUNT');
  expect(after(DEVICE_WITHIN)).toBeUndefined();
});
