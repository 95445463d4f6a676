import type { Dice } from '../../../adapters/simulated/dice.ts';
import type { Written } from '../../../adapters/sql/sqlite/simulated-connection.ts';
import type { Millis } from '../../../core/clock.ts';
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
const COMMITS = { seats: 25, room: 15, load: 3 } as const;

const MORE_DEEDS = 12;

/** What a commit writes, if a late one is planned of that. */
export function kindOf({ batch, counter }: Written): LateCommit['of'] | undefined {
  if (counter === 'epoch') return 'load';
  const tables = new Set(batch.map(({ kind }) => kind.table));
  if (tables.has('waiting_place')) return 'room';
  return tables.has('counter') && tables.has('seat_move') ? 'seats' : undefined;
}

/** In some worlds a commit comes when its node has no say any more, with people about whom it could be wrong. */
export function withLateCommits(dice: Dice, plan: Plan): Plan {
  if (!dice.chance(0.3)) return plan;
  const of = dice.pick(['seats', 'room', 'load'] as const);
  const late = Array.from({ length: dice.between(1, 2) }, (): LateCommit => {
    return { kind: 'late_commit', of, nth: dice.below(COMMITS[of]), millis: LATE_MILLIS[of] };
  });
  const deeds = Array.from({ length: MORE_DEEDS }, (): PlannedDeed => {
    return {
      at: dice.below(plan.lasts),
      deed: of === 'room' ? 'visit' : 'hold',
      buyer: dice.below(plan.buyers),
      salt: dice.below(2 ** 31),
    };
  });
  // What a load is for.
  const failover = { kind: 'failover', at: dice.below(plan.lasts), downMillis: 10, lostMillis: 0 } as const;
  return {
    ...plan,
    deeds: [...plan.deeds, ...deeds].sort((left, right) => left.at - right.at),
    faults: [...plan.faults, ...late, ...(of === 'load' ? [failover] : [])],
  };
}
