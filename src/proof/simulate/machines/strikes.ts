import { type Dice, diceOf } from '../../../adapters/simulated/dice.ts';
import type { Millis } from '../../../core/clock.ts';
import type { World } from '../world.ts';

/** Down so long that seats which were refused may be free again. */
const LONG_DOWN: Millis = 6_000;

/** Deaths and freezes that come at no time of their own: what a process has just done sets them off. */
export class Strikes {
  /** Set off and not come yet. */
  impending = 0;
  readonly #world: World;
  readonly #dice: Dice;
  #gatesPassed = 0;

  constructor(world: World) {
    this.#world = world;
    this.#dice = diceOf(world.plan.seed, 'deaths');
  }

  /** A process has written down the n-th effects of requests; some request may kill whoever serves it. */
  effectsWritten(
    owner: unknown,
    { nth, isPoisoned }: { nth: number | undefined; isPoisoned: boolean },
  ): void {
    const { plan, redis } = this.#world;
    const dies = plan.faults.some((fault) => fault.kind === 'after_effect' && fault.nth === nth);
    for (const fault of plan.faults) {
      if (fault.kind === 'frozen_worker' && fault.nth === nth) this.#freezeSoon(owner, fault);
    }
    if (isPoisoned) this.#dieAfter(1, { owner, downMillis: 20 });
    if (dies) this.#dieAfter(redis ? this.#dice.between(1, 12) : 0, { owner, downMillis: LONG_DOWN });
  }

  /** A node has found that a buyer may hold seats, and is about to ask for them. */
  gatePassed(owner: unknown): void {
    const { fates, plan, machines } = this.#world;
    const nth = this.#gatesPassed++;
    if (fates.healed) return;
    for (const fault of plan.faults) {
      if (fault.kind === 'late_hold' && fault.nth === nth) machines.of(owner)?.freeze(fault);
    }
  }

  /** The process that wrote something, if it still lives. */
  #dieAfter(delayMillis: Millis, { owner, downMillis }: { owner: unknown; downMillis: Millis }): void {
    const { machines } = this.#world;
    this.#soon(delayMillis, 'death', () => machines.of(owner)?.kill({ downMillis, wallError: 0 }));
  }

  #freezeSoon(owner: unknown, fault: { millis: Millis }): void {
    const { fates, machines } = this.#world;
    if (fates.healed) return;
    this.#soon(this.#dice.between(0, 8), 'freeze', () => machines.of(owner)?.freeze(fault));
  }

  #soon(delayMillis: Millis, label: string, strike: () => void): void {
    this.impending++;
    this.#world.after(delayMillis, label, () => {
      this.impending--;
      strike();
    });
  }
}
