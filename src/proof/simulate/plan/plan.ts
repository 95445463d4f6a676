import { type Dice, diceOf } from '../../../adapters/simulated/dice.ts';
import type { ProviderFate } from '../../../adapters/simulated/payment-provider.ts';
import type { CommitFate } from '../../../adapters/sql/sqlite/simulated-connection.ts';
import { type Millis, SECOND } from '../../../core/clock.ts';
import { faultsOf, LONG_SALE, SHORT_SALE, someOf } from './faults.ts';
import { type LateCommit, withLateCommits } from './late-commits.ts';
import { type LateHold, withLateHolds } from './late-holds.ts';
import { withLatePayments } from './late-payments.ts';
import { withLostGrowth } from './lost-growth.ts';
import { type ForgedNotice, type PlannedNotice, withNotices } from './notices.ts';
import { withPartRefunds } from './part-refunds.ts';

/** What somebody will do, and when. Its particulars are drawn from `salt`, so that leaving out others changes nothing in it. */
export interface PlannedDeed {
  readonly at: Millis;
  readonly deed: DeedName;
  readonly buyer: number;
  readonly salt: number;
}

/** What will go wrong. The n-th commit or request to the provider is counted from the opening of the sale. */
export type PlannedFault =
  | { readonly kind: 'crash'; readonly at: Millis; readonly downMillis: Millis; readonly wallError: Millis }
  | { readonly kind: 'commit'; readonly nth: number; readonly outcome: CommitFate['outcome'] }
  | { readonly kind: 'query'; readonly nth: number }
  /**
   * The program dies between the effect of requests in the queue and the writing down of their ends; of many nodes the one
   * that serves, soon after it has claimed them.
   */
  | { readonly kind: 'after_effect'; readonly nth: number }
  | { readonly kind: 'provider'; readonly nth: number; readonly outcome: ProviderFate['outcome'] }
  /** The n-th charge is made, its answer is an error, and then the provider cannot be reached for a while. */
  | { readonly kind: 'late_payment'; readonly nth: number; readonly awayMillis: Millis }
  | { readonly kind: 'outage'; readonly at: Millis; readonly millis: Millis }
  /**
   * Of many nodes: while a commit is on its way, the seats' server fails and forgets, and all nodes but the one that
   * commits start anew. They may decide something else before it arrives.
   */
  | { readonly kind: 'overtaken_commit'; readonly nth: number; readonly lostMillis: Millis }
  | LateCommit
  | LateHold
  | PlannedNotice
  | ForgedNotice
  /** Of many nodes: one stands still, and goes on. */
  | { readonly kind: 'freeze'; readonly at: Millis; readonly node: number; readonly millis: Millis }
  /** Of many nodes: the one that serves the queue stands still soon after a claim, for longer than its claim lasts. */
  | { readonly kind: 'frozen_worker'; readonly nth: number; readonly millis: Millis }
  /** Of many nodes: one cannot reach the seats' server. */
  | { readonly kind: 'apart'; readonly at: Millis; readonly node: number; readonly millis: Millis }
  /** Of many nodes: all connections to the seats' server break. */
  | { readonly kind: 'cut'; readonly at: Millis }
  /** The seats' server is gone, and comes back without what was written lately, as a promoted replica does. */
  | {
      readonly kind: 'failover';
      readonly at: Millis;
      readonly downMillis: Millis;
      readonly lostMillis: Millis;
    };

/** The world of one seed: who does what, what breaks, and how slow everything is. */
export interface Plan {
  readonly seed: number;
  /** So many nodes share a simulated Redis; without it, one process keeps everything in its own memory. */
  readonly nodes?: number;
  readonly seats: number;
  readonly buyers: number;
  readonly numbered: boolean;
  readonly holdMillis: Millis;
  readonly seatsPerBuyer: number;
  readonly lapsesAllowed: number;
  /** Buyers and organisers act within this time; then everything must come to rest. */
  readonly lasts: Millis;
  readonly slowCommits: number;
  readonly slowProvider: number;
  readonly declines: number;
  /** A notice of the provider is on its way for up to so long; without it, the provider sends none. */
  readonly noticeMillis?: Millis;
  /** Time to answer what a waitlist offers; 0: the seats go to the party at once. */
  readonly answerMillis?: Millis;
  readonly deeds: readonly PlannedDeed[];
  readonly faults: readonly PlannedFault[];
}

const DEEDS = [
  'purchase',
  'hold',
  'hold_best',
  'extend',
  'release',
  'release_many',
  'book',
  'pay',
  'cancel',
  'replay',
  'stranger',
  'reprogram',
  'pause_sale',
  'add_seats',
  'block',
  'unblock',
  'forge_sale',
  'bad_request',
  'queue',
  'queue_rush',
  'queue_cancel',
  'queue_status',
  'poison',
  'visit',
  'gate_crash',
  'room_move',
] as const;
/** Drawn by themselves, so that the deeds above are as they were before there were waitlists. */
const WAITLIST_DEEDS = ['wait', 'wait', 'wait', 'wait_answer', 'wait_answer', 'wait_leave'] as const;
export type DeedName = (typeof DEEDS)[number] | (typeof WAITLIST_DEEDS)[number] | 'pay_again' | 'refund_part';

/** How often each deed is done; a seed draws its own crowd by silencing some of them. */
const WEIGHTS: Readonly<Record<(typeof DEEDS)[number], number>> = {
  purchase: 45,
  hold: 16,
  hold_best: 8,
  extend: 7,
  release: 5,
  release_many: 4,
  book: 10,
  pay: 12,
  cancel: 7,
  replay: 8,
  stranger: 4,
  reprogram: 2,
  pause_sale: 1,
  add_seats: 1,
  block: 3,
  unblock: 3,
  forge_sale: 2,
  bad_request: 2,
  queue: 5,
  queue_rush: 4,
  queue_cancel: 3,
  queue_status: 2,
  poison: 1,
  visit: 10,
  gate_crash: 3,
  room_move: 2,
};

/** Draws a world. The same seed and number of deeds give the same one. */
export function planOf(seed: number, options: { deeds: number; nodes?: number | undefined }): Plan {
  const plan = planOfOne(seed, options);
  const whole = options.nodes
    ? onNodes(plan, options.nodes)
    : withLatePayments(diceOf(seed, 'late payments'), plan);
  const refunding = withPartRefunds(diceOf(seed, 'part refunds'), whole);
  return withNotices(diceOf(seed, 'notices'), refunding);
}

/** What only many nodes can suffer comes to it. */
function onNodes(plan: Plan, nodes: number): Plan {
  const dice = diceOf(plan.seed, 'nodes');
  const faults = [...plan.faults];
  const some = someOf(dice, faults);
  some(0.5, 4, () => ({ kind: 'cut', at: dice.below(plan.lasts) }));
  some(0.5, 3, () => ({
    kind: 'failover',
    at: dice.below(plan.lasts),
    downMillis: dice.pick([10, 300, 2_000]),
    lostMillis: dice.pick([0, 5, 100, 1_000, 3_000, WHOLE_MEMORY]),
  }));
  const ofOne = (kind: 'freeze' | 'apart') => () => ({
    kind,
    at: dice.below(plan.lasts),
    node: dice.below(nodes),
    millis: dice.pick([50, 1_500, 4_000, 12_000]),
  });
  some(0.4, 3, ofOne('freeze'));
  some(0.3, 2, ofOne('apart'));
  some(0.5, 3, () => ({
    kind: 'overtaken_commit',
    nth: dice.below(160),
    lostMillis: dice.pick([1_000, WHOLE_MEMORY]),
  }));
  some(0.3, 2, () => ({
    kind: 'frozen_worker',
    nth: dice.below(12),
    millis: dice.pick([11_000, 14_000]),
  }));
  const deeds = withMore(dice, MORE_ON_NODES, plan);
  const late = withLateCommits(diceOf(plan.seed, 'late commits'), { ...plan, nodes, deeds, faults });
  const grown = withLostGrowth(diceOf(plan.seed, 'lost growth'), late);
  return withLateHolds(diceOf(plan.seed, 'late holds'), grown);
}

/** What nodes must tell each other of at once. */
const MORE_ON_NODES = ['add_seats', 'add_seats', 'visit', 'room_move', 'queue_rush', 'queue_cancel'] as const;

/** Longer than any simulated sale. */
const WHOLE_MEMORY: Millis = 1e9;

function planOfOne(seed: number, options: { deeds: number }): Plan {
  const dice = diceOf(seed, 'plan');
  const buyers = dice.between(2, 8);
  const lasts = dice.chance(0.15) ? LONG_SALE : SHORT_SALE;
  return {
    seed,
    seats: dice.between(2, 14),
    buyers,
    numbered: dice.chance(0.8),
    holdMillis: dice.pick([1, 2, 3, 5]) * SECOND,
    seatsPerBuyer: dice.between(2, 6),
    lapsesAllowed: dice.pick([1, 2, 3, 50, 50]),
    lasts,
    slowCommits: dice.pick([0, 0, 0.05, 0.3]),
    slowProvider: dice.pick([0, 0.1, 0.5]),
    declines: dice.pick([0, 0.1, 0.4]),
    ...waitlistOf(diceOf(seed, 'waitlist'), {
      deeds: deedsOf(dice, { count: options.deeds, buyers, lasts }),
      buyers,
      lasts,
    }),
    faults: faultsOf(dice, lasts),
  };
}

function deedsOf(
  dice: Dice,
  { count, buyers, lasts }: { count: number; buyers: number; lasts: Millis },
): PlannedDeed[] {
  const crowd = DEEDS.flatMap((deed) => {
    const weight = deed === 'purchase' || dice.chance(0.8) ? WEIGHTS[deed] : 0;
    return Array.from({ length: weight }, () => deed);
  });
  const deeds = Array.from({ length: count }, () => ({
    at: dice.chance(0.5) ? dice.below(SHORT_SALE) : lasts - dice.below(SHORT_SALE),
    deed: dice.pick(crowd),
    buyer: dice.below(buyers),
    salt: dice.below(2 ** 31),
  }));
  return deeds.sort((left, right) => left.at - right.at);
}

/** In most seeds somebody waits for seats that come back. */
function waitlistOf(
  dice: Dice,
  { deeds, buyers, lasts }: { deeds: PlannedDeed[]; buyers: number; lasts: Millis },
): Pick<Plan, 'answerMillis' | 'deeds'> {
  const answerMillis = dice.pick([0, 0, 1, 2]) * SECOND;
  if (dice.chance(0.3)) return { answerMillis, deeds };
  return { answerMillis, deeds: withMore(dice, WAITLIST_DEEDS, { deeds, buyers, lasts }) };
}

/** For each six deeds one more, of these. */
function withMore(
  dice: Dice,
  names: readonly DeedName[],
  { deeds, buyers, lasts }: Pick<Plan, 'deeds' | 'buyers' | 'lasts'>,
): PlannedDeed[] {
  const more = Array.from({ length: Math.ceil(deeds.length / 6) }, () => ({
    at: dice.below(lasts),
    deed: dice.pick(names),
    buyer: dice.below(buyers),
    salt: dice.below(2 ** 31),
  }));
  return [...deeds, ...more].sort((left, right) => left.at - right.at);
}
