import { describe, expect, it } from 'vitest';
import { arrivalTimes } from '../../../src/proof/rush/crowd/arrivals.ts';
import { drawCharacter } from '../../../src/proof/rush/crowd/character.ts';
import { meaningOf } from '../../../src/proof/rush/crowd/classify.ts';
import { checkOptions, DEFAULTS } from '../../../src/proof/rush/options.ts';
import { layOutSeats } from '../../../src/proof/rush/organiser.ts';

describe('the schedule of arrivals', () => {
  const asked = { buyers: 5_000, seconds: 30, seed: 7 };

  it('is the same for the same seed and another for another', () => {
    expect(arrivalTimes(asked)).toEqual(arrivalTimes(asked));
    expect(arrivalTimes(asked)).not.toEqual(arrivalTimes({ ...asked, seed: 8 }));
  });

  it('brings everybody within the window, in order, most of them early', () => {
    const times = [...arrivalTimes(asked)];
    expect(times).toHaveLength(5_000);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...times)).toBeLessThanOrEqual(30_000);
    const inSecond = (second: number) => times.filter((at) => Math.floor(at / 1_000) === second).length;
    expect(inSecond(0)).toBeGreaterThan(1.3 * inSecond(1));
    expect(inSecond(1)).toBeGreaterThan(5 * inSecond(28));
  });
});

describe('a buyer', () => {
  const crowd = { run: 'r', seed: 42, party: { from: 2, to: 3 } };

  it('wants the same in every rush with the same seed', () => {
    const wishes = (run: string) => {
      const { userId: _userId, dice: _dice, ...wanted } = drawCharacter({ ...crowd, run }, 17);
      return wanted;
    };
    expect(wishes('first')).toEqual(wishes('second'));
  });

  it('is one of a varied crowd within the party sizes', () => {
    const all = Array.from({ length: 2_000 }, (_, buyer) => drawCharacter(crowd, buyer));
    expect(new Set(all.map(({ party }) => party))).toEqual(new Set([2, 3]));
    expect(new Set(all.map(({ plan }) => plan))).toEqual(
      new Set(['buy', 'let-lapse', 'release', 'cancel-after']),
    );
    expect(new Set(all.map(({ manner }) => manner))).toEqual(new Set(['calm', 'double-click', 'hang-up']));
  });
});

describe('the options', () => {
  it.each(['http://127.0.0.1:8000', 'http://localhost:1', 'http://[::1]:8000', 'http://127.3.2.1'])(
    'allow %s',
    (url) => {
      expect(() => checkOptions({ ...DEFAULTS, url })).not.toThrow();
    },
  );

  it.each([
    'http://example.com',
    'http://10.0.0.1:8000',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
  ])('refuse to load %s', (url) => {
    expect(() => checkOptions({ ...DEFAULTS, url })).toThrow('is not a loopback address');
  });

  it('refuse what has no bound', () => {
    expect(() => checkOptions({ ...DEFAULTS, buyers: 2_000_000 })).toThrow('--buyers');
    expect(() => checkOptions({ ...DEFAULTS, seconds: 0 })).toThrow('--seconds');
    expect(() => checkOptions({ ...DEFAULTS, party: { from: 3, to: 2 } })).toThrow('--party');
  });
});

describe('an answer', () => {
  const answer = (status: number, body: unknown) => ({
    status,
    body: JSON.stringify(body),
    retryAfterMillis: undefined,
  });

  it('is a refusal when it belongs to the game', () => {
    expect(meaningOf(answer(409, { code: 'SEATS_TAKEN' }))).toEqual({
      outcome: 'fail',
      refusal: 'SEATS_TAKEN',
    });
    expect(meaningOf(answer(429, { code: 'RATE_LIMITED' }))).toMatchObject({ outcome: 'fail', notNow: true });
  });

  it('is an error, and unknown in its effect unless it is a definite 503', () => {
    expect(meaningOf(answer(500, { code: 'INTERNAL_ERROR' }))).toMatchObject({
      outcome: 'info',
      error: '500 INTERNAL_ERROR',
    });
    expect(meaningOf(answer(503, { code: 'BUSY' }))).toMatchObject({ outcome: 'fail', error: '503 BUSY' });
    expect(meaningOf(answer(503, { code: 'PAYMENT_UNKNOWN', indefinite: true })).outcome).toBe('info');
    expect(meaningOf(answer(422, { code: 'VALIDATION_FAILED' }))).toMatchObject({
      error: '422 VALIDATION_FAILED',
    });
    expect(meaningOf({ lost: 'timeout' })).toMatchObject({ outcome: 'info', error: 'timeout' });
  });

  it('that was never waited for is unknown, and no error of the server', () => {
    expect(meaningOf({ lost: 'hung-up' })).toEqual({ outcome: 'info', notNow: true });
  });
});

describe('the hall of the rush', () => {
  it.each([1, 7, 100, 10_000])('has %i seats with numbers of their own', (count) => {
    const seats = layOutSeats(count);
    expect(seats).toHaveLength(count);
    expect(new Set(seats.map(({ seat_number }) => seat_number)).size).toBe(count);
    expect(new Set(seats.map(({ x, y }) => `${x},${y}`)).size).toBe(count);
  });
});
