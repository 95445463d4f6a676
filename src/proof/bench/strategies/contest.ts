import { performance } from 'node:perf_hooks';
import type { Millis } from '../../../core/clock.ts';
import type { Arena } from './arena.ts';
import { type Claim, type Outcome, outcomeOf } from './tally.ts';
import { claim, type Way } from './ways.ts';

export interface Crowd {
  /** Who ask at the same moment, each for one seat, thrown from the seats of the round. */
  buyers: number;
  seats: number;
  /** Each has buyers and seats of its own. */
  rounds: number;
}

/** The same crowd rushes at seats again and again; between the rounds nothing is under way. */
export async function contest(arena: Arena, way: Way, { buyers, seats, rounds }: Crowd): Promise<Outcome> {
  const { eventId, seatIds } = await arena.openHall(way, seats * rounds);
  const retriesBefore = arena.retries();
  const claims: Claim[] = [];
  let millis: Millis = 0;
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    const asked = Array.from({ length: buyers }, async (_, buyer): Promise<Claim> => {
      const seatId = seatIds[round * seats + arena.random.below(seats)] as number;
      const answer = await claim(arena, way, { eventId, seatId, userId: `buyer-${round}-${buyer}` });
      return { seatId, answer, millis: performance.now() - startedAt };
    });
    claims.push(...(await Promise.all(asked)));
    millis += performance.now() - startedAt;
  }
  return outcomeOf(claims, { retries: arena.retries() - retriesBefore, millis });
}
