import type { Dice } from '../../../adapters/simulated/dice.ts';
import { type Millis, SECOND } from '../../../core/clock.ts';
import type { Plan } from './plan.ts';

/**
 * Of a notice of the provider: it never comes, comes twice, or only when all is long over; comes before the answer of
 * the call that it tells of; or is long on its way, so that later ones overtake it.
 */
export type NoticeFate = 'lost' | 'twice' | 'long_after' | 'before_the_answer' | 'overtaken';

/** What becomes of the n-th notice that is sent from the opening of the sale on. */
export interface PlannedNotice {
  readonly kind: 'notice';
  readonly nth: number;
  readonly fate: NoticeFate;
}

/**
 * What somebody sends who is not the provider: unsigned, signed with another key, a true notice that was changed, or one
 * whose signature is hours old. And what the provider signs, though it is of somebody else's charge, or not true.
 */
export type Forgery = 'unsigned' | 'other_key' | 'changed' | 'old' | 'of_others' | 'untrue';

/** Somebody sends a forged notice. Its particulars are drawn from `salt`. */
export interface ForgedNotice {
  readonly kind: 'forged_notice';
  readonly at: Millis;
  readonly how: Forgery;
  readonly salt: number;
}

/** So many notices there are in most worlds. */
const NOTICES = 8;
const FATES = ['lost', 'twice', 'twice', 'long_after', 'before_the_answer', 'overtaken'] as const;
const FORGERIES = ['unsigned', 'other_key', 'changed', 'old', 'of_others', 'untrue'] as const;

/** In most worlds the provider tells what became of a charge, and others pretend to be the provider. */
export function withNotices(dice: Dice, plan: Plan): Plan {
  if (dice.chance(0.4)) return plan;
  const noticeMillis = dice.pick([20, 400, 3 * SECOND]);
  const told = Array.from({ length: dice.below(6) }, (): PlannedNotice => {
    return { kind: 'notice', nth: dice.below(NOTICES), fate: dice.pick(FATES) };
  });
  const forged = Array.from({ length: dice.below(5) }, (): ForgedNotice => {
    return {
      kind: 'forged_notice',
      at: dice.below(plan.lasts),
      how: dice.pick(FORGERIES),
      salt: dice.below(2 ** 31),
    };
  });
  return { ...plan, noticeMillis, faults: [...plan.faults, ...told, ...forged] };
}

/** What strikes the program itself, and not what it is told. */
export function strikes({ kind }: Plan['faults'][number]): boolean {
  return kind !== 'notice' && kind !== 'forged_notice';
}
