import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MINUTE } from '../../src/core/clock.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { SeatCommand } from '../../src/reservation/command.ts';
import type { Hold } from '../../src/reservation/hold.ts';
import type { SeatState } from '../../src/reservation/seat.ts';
import type { Backend, Running } from '../backends/backend.ts';
import { openEvent } from '../backends/halls.ts';
import { claimed, holdOn, payFor, sell } from '../backends/seat-commands.ts';
import { onEach } from './on-each.ts';

/** The seat store beside a model of a few lines, in random runs with restarts and lost commits. */
export function seatStoreModel(backends: readonly Backend[]): void {
  onEach(backends, 'SeatStore beside its model', (running, { claimsAre }) => {
    it('is in the same state after every command', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          const run = await Run.start(running(), LOST_WITH_ITS_COMMIT[claimsAre]);
          for (const each of steps) await run.take(each);
        }),
        { numRuns: 15 },
      );
    });
  });
}

/**
 * What cannot have happened when a commit failed. Holds that follow into the ledger are written again until they are
 * there; it is another matter that a hold needs an id, or a hall that was loaded.
 */
const LOST_WITH_ITS_COMMIT: Readonly<Record<Backend['claimsAre'], readonly string[]>> = {
  'in the program': ['hold', 'release', 'pay', 'sell', 'return'],
  'in the ledger': ['hold', 'release', 'pay', 'sell', 'return'],
  'in a server': ['sell', 'return'],
};

type Step =
  | { do: 'hold' | 'release' | 'pay' | 'sell' | 'return'; user: string; places: number[]; isLost: boolean }
  | { do: 'wait'; minutes: number }
  | { do: 'reopen' };

const places = fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constantFrom('hold' as const, 'hold', 'release', 'pay', 'pay', 'sell', 'sell', 'return'),
      user: fc.constantFrom('ann', 'ben'),
      places,
      isLost: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 12 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'reopen' as const }) },
);

/** What the model knows of a seat: how it stands, whose it is, and when the claim is over. */
interface ModelSeat {
  state: SeatState;
  user: string;
  expiresAt: number;
}

const FREE: ModelSeat = { state: 'AVAILABLE', user: '', expiresAt: Number.POSITIVE_INFINITY };

class Run {
  readonly #running: Running;
  readonly #lostWithCommit: readonly string[];
  readonly #eventId: number;
  readonly #seatIds: readonly number[];
  readonly #model: ModelSeat[];
  readonly #claims = new Map<number, Hold>();
  readonly #fences = new Map<number, number>();

  static async start(running: Running, lostWithCommit: readonly string[]): Promise<Run> {
    return new Run(running, await openEvent(running), lostWithCommit);
  }

  constructor(
    running: Running,
    { eventId, seatIds }: { eventId: number; seatIds: readonly number[] },
    lostWithCommit: readonly string[],
  ) {
    this.#running = running;
    this.#lostWithCommit = lostWithCommit;
    this.#eventId = eventId;
    this.#seatIds = seatIds;
    this.#model = seatIds.map(() => FREE);
  }

  async take(given: Step): Promise<void> {
    if (given.do === 'reopen') await this.#running.reopen();
    else if (given.do === 'wait') this.#wait(given.minutes);
    else await this.#command(given);
    await this.#compare();
  }

  #wait(minutes: number): void {
    this.#running.clock.advance(minutes * MINUTE);
    const now = this.#running.clock.now();
    this.#model.forEach((seat, place) => {
      if (seat.expiresAt <= now) this.#model[place] = FREE;
    });
  }

  async #command(given: Extract<Step, { user: string }>): Promise<void> {
    const wanted = this.#wanted(given);
    const command = this.#commandOf(given, wanted);
    const after = this.#predict(given, wanted);
    // A write that has nothing to write has nothing to lose.
    const fails = given.isLost && after !== undefined && after.size > 0;
    // What is on its way to the ledger would take the fault upon itself.
    if (fails) await this.#running.settled();
    if (fails) this.#running.faults.failNext();
    const reply = await this.#running.ports.seatStore.execute(command).catch(() => 'lost' as const);
    if (fails && this.#lostWithCommit.includes(given.do)) expect(reply).toBe('lost');
    if (fails && reply === 'lost') return;
    expect(isRefusal(reply), `${given.do} ${JSON.stringify(reply)}`).toBe(after === undefined);
    for (const [place, seat] of after ?? []) this.#model[place] = seat;
  }

  /** Selling and giving back is asked for whole orders: those seats of the wish that are where the step needs them. */
  #wanted({ do: what, user, places: wished }: Extract<Step, { user: string }>): number[] {
    const needed = { release: 'HELD', sell: 'PAYING', return: 'SOLD' } as Record<string, SeatState>;
    return what === 'hold' || what === 'pay'
      ? wished
      : wished.filter(
          (place) => this.#model[place]?.user === user && this.#model[place]?.state === needed[what],
        );
  }

  #commandOf({ do: what, user }: Extract<Step, { user: string }>, wanted: readonly number[]): SeatCommand {
    const eventId = this.#eventId;
    const seatIds = wanted.map((place) => this.#seatIds[place] as number);
    const claims = seatIds.flatMap((seatId) => this.#claims.get(seatId) ?? []);
    const orderId = user === 'ann' ? 1 : 2;
    switch (what) {
      case 'hold':
        // The model knows nothing of lapses: nobody is cooled down here.
        return holdOn(eventId, seatIds, user, { terms: { lapsesAllowed: 1_000 } });
      case 'release':
        return { type: 'release_holds', eventId, holdIds: claims.map(({ holdId }) => holdId), userId: user };
      case 'pay':
        return payFor(eventId, { orderId, userId: user, seatIds, deadline: this.#deadline() });
      case 'sell':
        return sell(eventId, orderId, user, claims);
      case 'return':
        return { type: 'return_sale', eventId, orderId, seats: claimed(claims), actor: user };
    }
  }

  #deadline(): number {
    return this.#running.clock.now() + 5 * MINUTE;
  }

  /** The seats that change, or undefined when the command must be refused. */
  #predict(
    { do: what, user }: Extract<Step, { user: string }>,
    wanted: readonly number[],
  ): Map<number, ModelSeat> | undefined {
    const become = (seatOf: (before: ModelSeat) => ModelSeat) =>
      new Map(wanted.map((place) => [place, seatOf(this.#model[place] as ModelSeat)]));
    const all = (state: SeatState, owner?: string) =>
      wanted.every((place) => {
        const seat = this.#model[place];
        return seat?.state === state && (owner === undefined || seat.user === owner);
      });
    const expiresAt = this.#running.clock.now() + 10 * MINUTE;
    switch (what) {
      case 'hold':
        return all('AVAILABLE') ? become(() => ({ state: 'HELD', user, expiresAt })) : undefined;
      case 'pay':
        return all('HELD', user)
          ? become((seat) => ({
              ...seat,
              state: 'PAYING',
              expiresAt: Math.max(seat.expiresAt, this.#deadline()),
            }))
          : undefined;
      case 'sell':
        return become(() => ({ state: 'SOLD', user, expiresAt: Number.POSITIVE_INFINITY }));
      default:
        return become(() => FREE);
    }
  }

  async #compare(): Promise<void> {
    const read = await this.#running.ports.seatStore.seats(this.#eventId);
    expect(read?.seats.map(({ state }) => state)).toEqual(this.#model.map(({ state }) => state));
    expect(read?.seats.map(({ claim }) => claim?.userId ?? '')).toEqual(this.#model.map(({ user }) => user));
    for (const { claim } of read?.seats ?? []) {
      if (!claim) continue;
      expect(claim.fence).toBeGreaterThanOrEqual(this.#fences.get(claim.seatId) ?? 0);
      this.#fences.set(claim.seatId, claim.fence);
      this.#claims.set(claim.seatId, claim);
    }
  }
}
