import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Arena, openArena } from '../../../src/proof/bench/strategies/arena.ts';
import { contest, contestForBest } from '../../../src/proof/bench/strategies/contest.ts';
import { BROKEN, isBroken, STRATEGIES, WAYS } from '../../../src/proof/bench/strategies/ways.ts';

const CROWD = { buyers: 16, seats: 1, rounds: 5 };

describe('a contest of sixteen buyers for one seat, five times', () => {
  let folder: string;
  let arena: Arena;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'onrush-contest-'));
    arena = await openArena({ folder, pool: 4 });
  });

  afterAll(async () => {
    await arena.close();
    rmSync(folder, { recursive: true });
  });

  test.each(WAYS.filter((way) => !isBroken(way)))('%s gives each seat once', async (way) => {
    const outcome = await contest(arena, way, CROWD);
    expect(outcome).toMatchObject({ wins: 5, refusals: 75, gaveUp: 0, seatsTwice: 0 });
  });

  test.each(STRATEGIES)('for the best of three seats, %s gives each once', async (strategy) => {
    const outcome = await contestForBest(arena, strategy, { ...CROWD, seats: 3 });
    expect(outcome).toMatchObject({ wins: 15, refusals: 65, gaveUp: 0, seatsWon: 15, seatsTwice: 0 });
  });

  test.each(STRATEGIES)(
    'where there are seats for all, %s gives each the best that is left',
    async (strategy) => {
      const outcome = await contestForBest(arena, strategy, { ...CROWD, seats: 100 });
      expect(outcome).toMatchObject({ wins: 80, refusals: 0, gaveUp: 0, seatsWon: 80 });
    },
  );

  test.each(BROKEN)('%s gives seats twice, and the count shows it', async (way) => {
    // A race may go well by chance, but not again and again.
    let outcome = await contest(arena, way, CROWD);
    for (let more = 9; more > 0 && outcome.seatsTwice === 0; more--)
      outcome = await contest(arena, way, CROWD);
    expect(outcome.seatsTwice).toBeGreaterThan(0);
    expect(outcome.wins).toBeGreaterThan(5);
  });
});
