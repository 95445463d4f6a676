import { performance } from 'node:perf_hooks';
import type { Millis } from '../../../core/clock.ts';
import type { Arena, OpenHall } from './arena.ts';
import { type Claim, type Outcome, outcomeOf } from './tally.ts';
import { claim, claimBest, type Strategy, type Way } from './ways.ts';

export interface Crowd {
  /** Who ask at the same moment, each for one seat. */
  buyers: number;
  seats: number;
  /** Each has buyers and seats of its own. */
  rounds: number;
}

/** The same crowd rushes at seats again and again, each buyer at one that is thrown from those of the round. */
export async function contest(arena: Arena, way: Way, crowd: Crowd): Promise<Outcome> {
  const { seats, rounds } = crowd;
  const { eventId, seatIds } = await arena.openHall(way, seats * rounds);
  return rushes(arena, crowd, (userId, round) => {
    const seatId = seatIds[round * seats + arena.random.below(seats)] as number;
    return claim(arena, way, { eventId, seatId, userId });
  });
}

/** The same, but each wants the best seat that there is; each round has a hall of its own. */
export async function contestForBest(arena: Arena, strategy: Strategy, crowd: Crowd): Promise<Outcome> {
  const halls: OpenHall[] = [];
  while (halls.length < crowd.rounds) halls.push(await arena.openHall(strategy, crowd.seats));
  return rushes(arena, crowd, (userId, round) =>
    claimBest(arena, strategy, { eventId: (halls[round] as OpenHall).eventId, userId }),
  );
}

/** Between the rounds nothing is under way. */
async function rushes(
  arena: Arena,
  { buyers, rounds }: Crowd,
  ask: (userId: string, round: number) => Promise<Omit<Claim, 'millis'>>,
): Promise<Outcome> {
  const retriesBefore = arena.retries();
  const claims: Claim[] = [];
  let millis: Millis = 0;
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    const asked = Array.from({ length: buyers }, async (_, buyer): Promise<Claim> => {
      const { seatId, answer } = await ask(`buyer-${round}-${buyer}`, round);
      return { seatId, answer, millis: performance.now() - startedAt };
    });
    claims.push(...(await Promise.all(asked)));
    millis += performance.now() - startedAt;
  }
  return outcomeOf(claims, { retries: arena.retries() - retriesBefore, millis });
}
