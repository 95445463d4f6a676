import { simulatedClock } from '../../adapters/simulated/clock.ts';
import { type Dice, diceOf } from '../../adapters/simulated/dice.ts';
import { Life } from '../../adapters/simulated/life.ts';
import { simulatedRandom } from '../../adapters/simulated/random.ts';
import { groupCommitter } from '../../adapters/sql/group-committer.ts';
import { latestTime, timeMark } from '../../adapters/sql/latest-time.ts';
import { composeSale, type Sale } from '../../compose.ts';
import type { Clock, Millis } from '../../core/clock.ts';
import { Unavailable } from '../../core/unavailable.ts';
import { configOf } from './house.ts';
import type { World } from './world.ts';

/** A program that runs: the real services on the simulated machine. */
export interface Running {
  life: Life;
  sale: Sale;
  clock: Clock;
  /** In the world's time. */
  since: Millis;
}

const RESTART_AFTER_FAILED_START: Millis = 300;

/** The computer the program runs on: starts it, kills it, starts it again; the ledger and the provider outlive it. */
export class SimulatedMachine {
  readonly #world: World;
  readonly #dice: Dice;
  #life: Life | undefined;
  #running: Running | undefined;
  #starts = 0;

  constructor(world: World) {
    this.#world = world;
    this.#dice = diceOf(world.plan.seed, 'machine');
  }

  /** Undefined while it is down or starting. */
  get running(): Running | undefined {
    return this.#running;
  }

  start(wallError: Millis): void {
    const world = this.#world;
    const life = new Life();
    this.#life = life;
    world.watch(
      this.#compose(life, wallError).then(
        (running) => {
          this.#running = running;
          world.note(`started ${this.#starts}`);
        },
        (error: unknown) => {
          if (!(error instanceof Unavailable)) throw error;
          world.marks.met('start failed');
          this.kill({ downMillis: RESTART_AFTER_FAILED_START, wallError });
        },
      ),
    );
  }

  kill({ downMillis, wallError }: { downMillis: Millis; wallError: Millis }): void {
    const { scheduler, ledger, marks } = this.#world;
    if (!this.#life?.isAlive) return;
    marks.met('crash');
    this.#world.queue.restarted();
    if (!ledger.isIdle) marks.met('crash with a commit under way');
    this.#running = undefined;
    this.#life.end();
    this.#world.note(`killed, back in ${downMillis}`);
    scheduler.after(downMillis, 'start', () => this.start(wallError));
  }

  async #compose(life: Life, wallError: Millis): Promise<Running> {
    const { scheduler, ledger, provider, plan, marks, announcements } = this.#world;
    this.#starts++;
    const connection = ledger.connect(life);
    const notBefore = await latestTime(connection);
    if (scheduler.now + wallError < notBefore) marks.met('clock set back at a start');
    const clock = simulatedClock(scheduler, life, { wallError, notBefore });
    const database = groupCommitter(connection, {
      mark: () => timeMark(clock.now()),
      onCommit: (calls) => calls > 1 && marks.met('event seen by two decisions in one commit'),
    });
    const sale = await composeSale({
      config: configOf(plan),
      clock,
      random: simulatedRandom(this.#dice),
      database,
      paymentProvider: provider.connect(life),
      listener: announcements,
      tokenKeys: [{ kid: 'simulated', key: Buffer.from('the key of every simulated house') }],
    });
    sale.startJobs();
    return { life, sale, clock, since: scheduler.now };
  }
}
