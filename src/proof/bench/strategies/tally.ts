import type { Millis } from '../../../core/clock.ts';

/** What a buyer who wanted a seat was told: it is yours, it is somebody else's, or too many want it and none was decided. */
export type Answer = 'won' | 'refused' | 'gave up';

export interface Claim {
  /** Asked for, or won; of no seat, where the best one was asked for and there was none. */
  seatId: number | undefined;
  answer: Answer;
  /** From asking to the answer. */
  millis: Millis;
}

/** What became of all claims of a contest. */
export interface Outcome {
  wins: number;
  refusals: number;
  gaveUp: number;
  /** Decisions thrown away because another claim was first, and taken again. */
  retries: number;
  p50Millis: Millis;
  p99Millis: Millis;
  /** Answers, whatever they said. */
  perSecond: number;
  /** Seats that some buyer was told are his. */
  seatsWon: number;
  /** Of them, those that more than one buyer was told are his: anything but 0 is a lie to somebody. */
  seatsTwice: number;
}

/** `millis` is the time in which all of them were answered. */
export function outcomeOf(
  claims: readonly Claim[],
  { retries, millis }: { retries: number; millis: Millis },
): Outcome {
  const ordered = claims.map((claim) => claim.millis).sort((left, right) => left - right);
  const winners = winnersOf(claims);
  const told = (answer: Answer) => claims.filter((claim) => claim.answer === answer).length;
  return {
    wins: told('won'),
    refusals: told('refused'),
    gaveUp: told('gave up'),
    retries,
    p50Millis: percentile(ordered, 0.5),
    p99Millis: percentile(ordered, 0.99),
    perSecond: (claims.length / millis) * 1_000,
    seatsWon: winners.size,
    seatsTwice: [...winners.values()].filter((count) => count > 1).length,
  };
}

/** Of each seat. By what the buyers were told, for the rows of a ledger that was written over look as if all were well. */
function winnersOf(claims: readonly Claim[]): Map<number, number> {
  const winners = new Map<number, number>();
  for (const { seatId, answer } of claims) {
    if (answer === 'won' && seatId !== undefined) winners.set(seatId, (winners.get(seatId) ?? 0) + 1);
  }
  return winners;
}

/** The smallest value that so large a share of all does not exceed; NaN of none. */
function percentile(ordered: readonly number[], share: number): number {
  return ordered[Math.max(0, Math.ceil(ordered.length * share) - 1)] ?? Number.NaN;
}
