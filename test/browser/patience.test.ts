import { describe, expect, it } from 'vitest';
import { ApiError } from '../../web/src/lib/api/api-error.ts';
import { retryDelay } from '../../web/src/lib/api/retry.ts';
import { narrowOffset, type OffsetBounds, parseServerTime } from '../../web/src/lib/server-clock.ts';

const failure = (facts: Partial<ConstructorParameters<typeof ApiError>[0]>) =>
  new ApiError({ status: 409, code: 'ANY', message: 'no', indefinite: false, ...facts });

describe('asking again', () => {
  it.each([
    ['no answer at all', failure({ status: 0, indefinite: true })],
    ['an unknown effect', failure({ status: 504, indefinite: true })],
    ['a busy server', failure({ status: 503 })],
    ['a limit with a short wait', failure({ status: 429, retryAfterSeconds: 1 })],
    ['our own request still under way', failure({ code: 'IDEMPOTENCY_IN_FLIGHT' })],
  ])('follows %s', (_, error) => {
    expect(retryDelay(error, 1, 0.5)).toBeGreaterThanOrEqual((error.retryAfterSeconds ?? 0) * 1_000 + 150);
    expect(retryDelay(error, 4, 0.5)).toBeUndefined();
  });

  it.each([
    ['a definite no', failure({})],
    ['a declined payment', failure({ status: 402 })],
    ['a wait the buyer should hear of', failure({ status: 429, retryAfterSeconds: 600 })],
  ])('does not follow %s', (_, error) => {
    expect(retryDelay(error, 1, 0.5)).toBeUndefined();
  });
});

describe("the server's clock", () => {
  /** Answers of a server that is `ahead` ms ahead of us, asked at these times, each 40 ms under way. */
  const learn = (ahead: number, askedAt: readonly number[]) =>
    askedAt.reduce<OffsetBounds | undefined>((bounds, sentAt) => {
      const serverDate = Math.floor((sentAt + 20 + ahead) / 1_000) * 1_000;
      return narrowOffset(bounds, { sentAt, receivedAt: sentAt + 40, serverDate });
    }, undefined);

  it('is known better with every answer, and always rightly', () => {
    const bounds = learn(7_345, [100, 1_250, 2_400, 3_550, 4_700, 5_850, 7_000, 8_150]);
    expect(bounds?.least).toBeLessThanOrEqual(7_345);
    expect(bounds?.most).toBeGreaterThanOrEqual(7_345);
    expect((bounds?.most ?? 0) - (bounds?.least ?? 0)).toBeLessThan(300);
  });

  it('is learnt afresh when a clock was set', () => {
    const before = learn(0, [0, 1_500, 2_700]);
    const after = narrowOffset(before, { sentAt: 4_000, receivedAt: 4_040, serverDate: 64_000 });
    expect(after).toEqual({ least: 59_960, most: 61_000 });
  });

  it('reads wire times as UTC, with or without a zone', () => {
    expect(parseServerTime('2026-11-21T00:26:28')).toBe(Date.UTC(2026, 10, 21, 0, 26, 28));
    expect(parseServerTime('2026-11-21T09:26:28+09:00')).toBe(Date.UTC(2026, 10, 21, 0, 26, 28));
  });
});
