import type { Dice } from '../../adapters/simulated/dice.ts';
import type { WriteRun } from '../../adapters/sql/database.ts';
import type { Millis } from '../../core/clock.ts';
import type { Plan, PlannedDeed } from './plan.ts';

/**
 * Of many nodes: a commit of this kind is long on its way. Of the seats, their server meanwhile forgets, and the other
 * nodes start anew; of a room, its node cannot reach that server, and another one leads; of a load, another loads.
 */
export interface LateCommit {
  readonly kind: 'late_commit';
  readonly of: 'seats' | 'room' | 'load';
  readonly nth: number;
  readonly millis: Millis;
}

/** Others have decided something else by then; the next lead or loader first waits until the term has run out. */
const LATE_MILLIS = { seats: 2_500, room: 7_500, load: 6_000 } as const;
/** So many commits of a kind there are in most worlds. */
const COMMITS = { seats: 25, room: 15, load: 8 } as const;

/** What a commit writes, if a late one is planned of that. */
export function kindOf(batch: readonly WriteRun[]): LateCommit['of'] | undefined {
  const tables = new Set(batch.map(({ kind }) => kind.table));
  if (tables.has('waiting_place')) return 'room';
  const isOfSeats = batch.some(
    ({ kind, rows }) => kind.table === 'counter' && rows.some(([name]) => String(name).startsWith('seats:')),
  );
  if (!isOfSeats) return undefined;
  return tables.has('seat_move') ? 'seats' : 'load';
}

/** In some worlds a commit comes when its node has no say any more, with people about whom it could be wrong. */
export function withLateCommits(dice: Dice, plan: Plan): Plan {
  if (!dice.chance(0.3)) return plan;
  const of = dice.pick(['seats', 'room', 'load'] as const);
  const late = Array.from({ length: dice.between(1, 2) }, (): LateCommit => {
    return { kind: 'late_commit', of, nth: dice.below(COMMITS[of]), millis: LATE_MILLIS[of] };
  });
  const deeds = Array.from({ length: of === 'room' ? 12 : 0 }, (): PlannedDeed => {
    return {
      at: dice.below(plan.lasts),
      deed: 'visit',
      buyer: dice.below(plan.buyers),
      salt: dice.below(2 ** 31),
    };
  });
  return {
    ...plan,
    deeds: [...plan.deeds, ...deeds].sort((left, right) => left.at - right.at),
    faults: [...plan.faults, ...late],
  };
}
