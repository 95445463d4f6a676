import { embeddedEventBus } from '../../../adapters/embedded/event-bus.ts';
import { redisClock } from '../../../adapters/redis/clock.ts';
import type { RedisConnection } from '../../../adapters/redis/connection/connection.ts';
import { simulatedClock } from '../../../adapters/simulated/clock.ts';
import { type Dice, diceOf } from '../../../adapters/simulated/dice.ts';
import { Life } from '../../../adapters/simulated/life.ts';
import { simulatedRandom } from '../../../adapters/simulated/random.ts';
import { groupCommitter } from '../../../adapters/sql/commits/group-committer.ts';
import { independentCommitter } from '../../../adapters/sql/commits/independent-committer.ts';
import type { SqlConnection } from '../../../adapters/sql/database.ts';
import { latestTime, timeMark } from '../../../adapters/sql/ledger/latest-time.ts';
import { sqlDeadLetters } from '../../../adapters/sql/messages/dead-letters.ts';
import { sqlPaymentReferences } from '../../../adapters/sql/payments/payment-references.ts';
import { onRedis } from '../../../compose/on-redis.ts';
import { composeSale, type Sale } from '../../../compose.ts';
import type { Clock, Millis } from '../../../core/clock.ts';
import type { Random } from '../../../core/random.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { World } from '../world.ts';
import { configOf } from './house.ts';
import { noticeReader } from './notice-reader.ts';

/** A program that runs: the real services on the simulated machine. */
export interface Running {
  life: Life;
  sale: Sale;
  clock: Clock;
  /** In the world's time. */
  since: Millis;
}

const RESTART_AFTER_FAILED_START: Millis = 300;
/** An order that a dead node was at work on can be worked on again after this. */
const LOCK_TIMEOUT_SECONDS = 5;

/** A computer the program runs on: starts it, kills it, starts it again; the ledger and the provider outlive it. */
export class SimulatedMachine {
  readonly #world: World;
  readonly #dice: Dice;
  readonly #name: string;
  #life: Life | undefined;
  #running: Running | undefined;
  #starts = 0;
  #thawedAt: Millis = 0;

  constructor(world: World, name: string) {
    this.#world = world;
    this.#name = name;
    this.#dice = diceOf(world.plan.seed, name);
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
          world.note(`${this.#name} started ${this.#starts}`);
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
    if (!this.#world.redis) this.#world.queue.restarted();
    if (!ledger.isIdle) marks.met('crash with a commit under way');
    this.#running = undefined;
    this.#life.end();
    this.#world.note(`${this.#name} killed, back in ${downMillis}`);
    scheduler.after(downMillis, 'start', () => this.start(wallError));
  }

  /** Stands still, as a process that is stopped or a machine that is suspended, and goes on as if nothing had been. */
  freeze({ millis }: { millis: Millis }): void {
    const { scheduler, marks } = this.#world;
    const life = this.#life;
    if (!this.#running || !life || life.isFrozen) return;
    marks.met('node frozen');
    this.#world.note(`${this.#name} frozen for ${millis}`);
    life.freeze();
    scheduler.after(millis, 'thaw', () => {
      this.#thawedAt = scheduler.now;
      life.thaw((run) => void scheduler.after(0, 'late', run));
    });
  }

  /** Cannot reach the seats' server for a while. */
  cutOff({ millis }: { millis: Millis }): void {
    if (!this.#life?.isAlive) return;
    this.#world.marks.met('node cut off');
    this.#world.note(`${this.#name} cut off for ${millis}`);
    this.#world.redis?.cutOff(this.#life, millis);
  }

  get isFrozen(): boolean {
    return this.#life?.isFrozen ?? false;
  }

  /** For how long it has been at work; 0 while it is not. */
  get awakeFor(): Millis {
    if (!this.#running || this.isFrozen) return 0;
    return this.#world.scheduler.now - Math.max(this.#running.since, this.#thawedAt);
  }

  isOf(owner: unknown): boolean {
    return this.#life === owner;
  }

  async #compose(life: Life, wallError: Millis): Promise<Running> {
    const { scheduler, ledger, redis, provider, plan, marks, announcements } = this.#world;
    this.#starts++;
    const connection = ledger.connect(life);
    const notBefore = await latestTime(connection);
    if (scheduler.now + wallError < notBefore) marks.met('clock set back at a start');
    const own = simulatedClock(scheduler, life, { wallError, notBefore });
    const onCommit = (calls: number) => {
      if (calls > 1) marks.met('event seen by two decisions in one commit');
    };
    const random = simulatedRandom(this.#dice);
    const ground =
      redis &&
      (await groundOf({
        connection: redis.connect(life),
        sql: connection,
        own,
        notBefore,
        random,
        onCommit,
      }));
    const clock = ground?.clock ?? own;
    const database =
      ground?.database ?? groupCommitter(connection, { mark: () => timeMark(clock.now()), onCommit });
    const sale = await composeSale({
      config: configOf(plan),
      clock,
      random,
      database,
      ...(ground && { ground: ground.ground }),
      ...(plan.noticeMillis === undefined
        ? { paymentProvider: provider.connect(life) }
        : { paymentProvider: provider.connect(life, sqlPaymentReferences(database)), noticeReader }),
      listener: announcements,
      tokenKeys: [{ kid: 'simulated', key: Buffer.from('the key of every simulated house') }],
    });
    sale.startJobs();
    return { life, sale, clock, since: scheduler.now };
  }
}

interface NodeNeeds {
  connection: RedisConnection;
  sql: SqlConnection;
  own: Clock;
  notBefore: Millis;
  random: Random;
  onCommit(calls: number): void;
}

/** As `opening/sale.ts` has it for nodes that share a Redis, with EVENT_BUS=in-process. */
async function groundOf({ connection, sql, own, notBefore, random, onCommit }: NodeNeeds) {
  const clock = await redisClock(connection, { own, notBefore });
  const database = independentCommitter(sql, { onCommit });
  const lockTimeoutSeconds = LOCK_TIMEOUT_SECONDS;
  return {
    clock,
    database,
    ground: onRedis({
      connection,
      clock,
      random,
      database,
      ledger: sql,
      lockTimeoutSeconds,
      bus: embeddedEventBus({ clock, deadLetters: sqlDeadLetters(database) }),
    }),
  };
}
