import { type Dice, diceOf } from '../../../adapters/simulated/dice.ts';
import type { ProviderCall, ProviderFate } from '../../../adapters/simulated/payment-provider.ts';
import type { CommitFate, QueryFate } from '../../../adapters/sql/sqlite/simulated-connection.ts';
import { type Millis, SECOND } from '../../../core/clock.ts';
import type { LateCommit } from './late-commits.ts';
import type { NoticeFate } from './notices.ts';
import type { Plan, PlannedFault } from './plan.ts';

type PlannedOvertaking = Extract<PlannedFault, { kind: 'overtaken_commit' }>;
type Outcomes<K extends PlannedFault['kind']> = Map<number, Extract<PlannedFault, { kind: K }>>;

/** Others have decided something else by then. */
const OVERTAKEN_MILLIS: Millis = 800;
/** When nothing fails any more. */
const QUICK_NOTICE_MILLIS: Millis = 20;
/** A notice that comes twice comes so much later the second time. */
const AGAIN_MILLIS: readonly Millis[] = [0, 1, 30, 600, 4_000];

/** Decides how long each commit, read and request to the provider takes, and whether it fails as planned. */
export class Fates {
  /** From now on nothing fails any more. */
  healed = false;
  /** Nothing fails before the sale has opened. */
  opened = false;
  readonly #plan: Plan;
  readonly #commits: Outcomes<'commit'>;
  readonly #overtaken: Outcomes<'overtaken_commit'>;
  readonly #queries: Outcomes<'query'>;
  readonly #requests: Outcomes<'provider'>;
  readonly #latePayments: Outcomes<'late_payment'>;
  readonly #notices: Outcomes<'notice'>;
  readonly #dice: { commits: Dice; queries: Dice; provider: Dice; trips: Dice; notices: Dice };
  readonly #late: readonly LateCommit[];
  #nth = { commit: 0, query: 0, provider: 0, charge: 0, notice: 0, seats: 0, room: 0, load: 0 };
  #outageUntil = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#commits = byNumber(plan.faults, 'commit');
    this.#overtaken = byNumber(plan.faults, 'overtaken_commit');
    this.#late = plan.faults.filter((fault) => fault.kind === 'late_commit');
    this.#queries = byNumber(plan.faults, 'query');
    this.#requests = byNumber(plan.faults, 'provider');
    this.#latePayments = byNumber(plan.faults, 'late_payment');
    this.#notices = byNumber(plan.faults, 'notice');
    this.#dice = {
      commits: diceOf(plan.seed, 'commits'),
      queries: diceOf(plan.seed, 'queries'),
      provider: diceOf(plan.seed, 'provider'),
      trips: diceOf(plan.seed, 'trips'),
      notices: diceOf(plan.seed, 'ways of notices'),
    };
  }

  /** The provider cannot be reached until this moment of the world. */
  outage(until: number): void {
    this.#outageUntil = Math.max(this.#outageUntil, until);
  }

  /** `overtaken` and `late`: what comes before it while it is on its way. */
  commit(kind?: LateCommit['of']): CommitFate & { overtaken?: PlannedOvertaking; late?: LateCommit } {
    const dice = this.#dice.commits;
    // A disk that is healed is quick: several slow commits in a row would make a sweep late that nothing hinders.
    const isSlow = dice.chance(this.#plan.slowCommits) && !this.healed;
    const delayMillis = isSlow ? dice.between(20, 1_500) : dice.between(1, 4);
    const appliesEarly = dice.chance(0.5);
    const nth = this.#fails() ? this.#nth.commit++ : undefined;
    const overtaken = nth === undefined ? undefined : this.#overtaken.get(nth);
    if (overtaken)
      return { delayMillis: OVERTAKEN_MILLIS, appliesEarly: false, outcome: 'answered', overtaken };
    const late = kind && this.#fails() ? this.#lateOf(kind, this.#nth[kind]++) : undefined;
    if (late) return { delayMillis: late.millis, appliesEarly: false, outcome: 'answered', late };
    const fault = nth === undefined ? undefined : this.#commits.get(nth);
    return { delayMillis, appliesEarly, outcome: fault?.outcome ?? 'answered' };
  }

  query(): QueryFate {
    const dice = this.#dice.queries;
    const fault = this.#fails() ? this.#queries.get(this.#nth.query++) : undefined;
    return { delayMillis: dice.between(0, 2), readsEarly: dice.chance(0.5), fails: fault !== undefined };
  }

  /** How long something takes from a node to the seats' server, or back. */
  trip(): number {
    const dice = this.#dice.trips;
    const isSlow = dice.chance(0.03) && !this.healed;
    return isSlow ? dice.between(5, 400) : dice.between(0, 2);
  }

  provider(call: ProviderCall, now: number): ProviderFate {
    const dice = this.#dice.provider;
    const isSlow = dice.chance(this.#plan.slowProvider);
    const delayMillis = isSlow ? dice.between(200, 4 * SECOND) : dice.between(1, 40);
    const declines = dice.chance(call === 'capture' ? this.#plan.declines / 4 : this.#plan.declines);
    const fault = this.#fails() ? this.#requests.get(this.#nth.provider++) : undefined;
    const isOut = this.#fails() && now < this.#outageUntil;
    if (isOut) return { delayMillis, declines, outcome: 'lost' };
    const isCharge = call === 'authorize' && this.#fails();
    const late = isCharge ? this.#latePayments.get(this.#nth.charge++) : undefined;
    if (!late) return { delayMillis, declines, outcome: fault?.outcome ?? 'answered' };
    this.outage(now + late.awayMillis);
    return { delayMillis, declines: false, outcome: 'unsaid' };
  }

  /** How long the next notice of the provider is on its way, and what becomes of it. */
  notice(): { delayMillis: number; againMillis: number; fate: NoticeFate | undefined } {
    const dice = this.#dice.notices;
    const fault = this.#fails() ? this.#notices.get(this.#nth.notice++) : undefined;
    const longest = this.healed ? QUICK_NOTICE_MILLIS : (this.#plan.noticeMillis ?? 0);
    return { delayMillis: dice.between(0, longest), againMillis: dice.pick(AGAIN_MILLIS), fate: fault?.fate };
  }

  #lateOf(kind: LateCommit['of'], nth: number): LateCommit | undefined {
    return this.#late.find((late) => late.of === kind && late.nth === nth);
  }

  #fails(): boolean {
    return this.opened && !this.healed;
  }
}

function byNumber<K extends 'commit' | 'overtaken_commit' | 'query' | 'provider' | 'late_payment' | 'notice'>(
  faults: readonly PlannedFault[],
  kind: K,
): Outcomes<K> {
  const found: Outcomes<K> = new Map();
  for (const fault of faults) {
    if (fault.kind === kind)
      found.set((fault as { nth: number }).nth, fault as Extract<PlannedFault, { kind: K }>);
  }
  return found;
}
