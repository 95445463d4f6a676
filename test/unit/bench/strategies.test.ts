import { describe, expect, test } from 'vitest';
import { backEndsName, environmentOf, goalsOf } from '../../../src/proof/bench/back-ends.ts';
import { strategiesPicture } from '../../../src/proof/bench/strategies/picture.ts';
import { type ContestResult, unsound } from '../../../src/proof/bench/strategies/result.ts';
import { contestTable } from '../../../src/proof/bench/strategies/table.ts';
import { type Claim, outcomeOf } from '../../../src/proof/bench/strategies/tally.ts';
import { WAYS } from '../../../src/proof/bench/strategies/ways.ts';

const claim = (seatId: number, answer: Claim['answer'], millis = 1): Claim => ({ seatId, answer, millis });

describe('the count of a contest', () => {
  test('tells wins, refusals and who gave up apart', () => {
    const claims = [claim(1, 'won'), claim(1, 'refused'), claim(2, 'won'), claim(2, 'gave up')];
    expect(outcomeOf(claims, { retries: 3, millis: 500 })).toMatchObject({
      wins: 2,
      refusals: 1,
      gaveUp: 1,
      retries: 3,
      perSecond: 8,
      seatsWon: 2,
      seatsTwice: 0,
    });
  });

  test('counts a seat that several buyers were told is theirs, once', () => {
    const claims = [claim(1, 'won'), claim(1, 'won'), claim(1, 'won'), claim(2, 'won'), claim(2, 'refused')];
    expect(outcomeOf(claims, { retries: 0, millis: 1 })).toMatchObject({ seatsWon: 2, seatsTwice: 1 });
  });

  test('a refusal of a seat is no claim on it', () => {
    const claims = [claim(1, 'won'), claim(1, 'refused'), claim(1, 'gave up')];
    expect(outcomeOf(claims, { retries: 0, millis: 1 }).seatsTwice).toBe(0);
  });

  test('takes percentiles over all answers, whatever they said and in whatever order they came', () => {
    const claims = Array.from({ length: 200 }, (_, index) => claim(index, 'won', 200 - index));
    expect(outcomeOf(claims, { retries: 0, millis: 1 })).toMatchObject({ p50Millis: 100, p99Millis: 198 });
  });
});

const result = (more: Partial<ContestResult>): ContestResult => ({
  backEnds: 'SQLite',
  way: 'atomic',
  seats: 10,
  wins: 10,
  refusals: 54,
  gaveUp: 0,
  retries: 0,
  p50Millis: 1,
  p99Millis: 2,
  perSecond: 1_000,
  seatsWon: 10,
  seatsTwice: 0,
  load: 1,
  ...more,
});

describe('the results of strategies', () => {
  test('a sound way that gave a seat twice is a defect; a broken one is expected to', () => {
    const strategy = result({ way: 'optimistic', seatsTwice: 1 });
    const results = [result({}), strategy, result({ way: 'no lock', seatsTwice: 9 })];
    expect(unsound(results)).toEqual([strategy]);
    expect(unsound([result({ way: 'conditional update', seatsTwice: 1 })])).toHaveLength(1);
  });

  test('the table has a line for each contest, and the seats claimed twice', () => {
    const lines = contestTable([result({}), result({ way: 'no lock', seatsTwice: 1_234 })]).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/no lock .* 1,234 /);
  });

  test('the picture has a panel for each mix and measure, and a line for each way in those it belongs to', () => {
    const results = ['SQLite', 'Redis + PostgreSQL'].flatMap((backEnds) =>
      [1, 100].flatMap((seats) => WAYS.map((way) => result({ backEnds, seats, way, seatsTwice: 3 }))),
    );
    const picture = strategiesPicture(results, 64);
    expect(picture.match(/<g>/g)).toHaveLength(6);
    // Five sound ways in two measures, two broken ones in one, on two mixes.
    expect(picture.match(/<path/g)).toHaveLength(24);
    expect(picture).not.toMatch(/NaN|Infinity/);
  });

  test('the picture of a single contest, in which nothing was claimed twice, is drawn too', () => {
    expect(strategiesPicture([result({})], 64)).not.toMatch(/NaN|Infinity/);
  });
});

describe('the goals of the back ends', () => {
  const postgres = { database: 'postgres://onrush:secret@127.0.0.1:5432/bench' };
  const mysql = { database: 'mysql://onrush:secret@127.0.0.1:3306/bench' };
  const redis = { redis: 'redis://127.0.0.1:6379' };

  test('are those of docs/performance.md, and none where it names none', () => {
    expect(goalsOf({})).toEqual({ hold: 0.75, purchase: 0.65 });
    expect(goalsOf({ ...postgres, ...redis })).toEqual({ hold: 0.65, purchase: 0.45 });
    expect(goalsOf({ ...mysql, ...redis })).toEqual({ hold: 0.65, purchase: 0.4 });
    expect(goalsOf(redis)).toEqual({ hold: 0.65 });
    expect(goalsOf(postgres)).toEqual({});
  });

  test('are printed beside their names', () => {
    expect([{}, postgres, redis, { ...mysql, ...redis }].map(backEndsName)).toEqual([
      ...['embedded', 'PostgreSQL', 'Redis + SQLite', 'Redis + MySQL'],
    ]);
  });

  test('are met by a server that is given the addresses, and keys only where nodes would share them', () => {
    expect(environmentOf({})).toEqual({});
    expect(environmentOf(postgres)).toEqual({ DATABASE_URL: postgres.database });
    expect(Object.keys(environmentOf({ ...postgres, ...redis }))).toEqual([
      ...['DATABASE_URL', 'REDIS_URL', 'ADMIN_TOKEN', 'TICKET_KEYS', 'TOKEN_KEYS'],
    ]);
  });
});
