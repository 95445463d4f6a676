import { type Dice, diceOf } from '../../adapters/simulated/dice.ts';
import type { SeatNow } from '../../reservation/ports/seat-store.ts';
import { must } from './violation.ts';
import type { World } from './world.ts';

/** The real one: while a simulation runs, nobody else may have it. */
const immediately = setImmediate;

/**
 * Resolves when nothing more can happen before virtual time moves on. Exact, without counting turns: Node empties the
 * queue of microtasks, however deep it grows, before it runs an immediate, and inside the simulation there is nothing
 * else to wait for.
 */
export function drained(): Promise<void> {
  return new Promise((resolve) => {
    immediately(resolve);
  });
}

/**
 * Invariants 11 and 33: what the running program has in memory is what the log of moves, replayed from nothing, and
 * the committed rows say. Looks only while no commit is under way, so that there is nothing undecided.
 */
export class MemoryCheck {
  readonly #world: World;
  readonly #dice: Dice;
  #seen = 0;

  constructor(world: World) {
    this.#world = world;
    this.#dice = diceOf(world.plan.seed, 'memory');
  }

  /** Compares now and then; always when `surely`. Resolves drained. */
  async look(eventIds: readonly number[], options: { surely: boolean }): Promise<void> {
    const { machines, ledger, committed, redis } = this.#world;
    // What nodes show together is compared at rest: until then the ledger follows.
    if (redis) return;
    if (!machines.running || !ledger.isIdle) return;
    if (!options.surely && (committed.version === this.#seen || !this.#dice.chance(0.25))) return;
    this.#seen = committed.version;
    for (const eventId of eventIds) await this.#compare(eventId);
  }

  async #compare(eventId: number): Promise<void> {
    const { machines, ledger, committed, marks } = this.#world;
    const { version } = committed;
    let seats: SeatNow[] | undefined;
    machines.running?.sale.seatStore.seats(eventId).then(
      (read) => {
        seats = read?.seats;
      },
      () => undefined, // Unavailable: it is being read anew.
    );
    await drained();
    if (!seats || !ledger.isIdle || committed.version !== version) return;
    marks.met('memory equal to the replayed log');
    this.#world.check(() => {
      for (const seat of seats ?? []) this.#same(seat);
      const total = [...committed.seats.values()].filter((seat) => seat.eventId === eventId).length;
      must(
        seats?.length === total,
        11,
        () => `event ${eventId} has ${total} seats, ${seats?.length} in memory`,
      );
    });
  }

  #same({ seat, state, claim }: SeatNow): void {
    const { committed } = this.#world;
    const replayed = committed.seats.get(seat.seatId);
    const name = `seat ${seat.seatId}`;
    must(
      replayed?.state === state,
      33,
      () => `${name} is ${state} in memory and ${replayed?.state} by its log`,
    );
    if (!claim) return;
    const row = committed.holds.get(claim.holdId);
    must(
      replayed.holdId === claim.holdId,
      33,
      () => `${name} has hold ${claim.holdId} in memory and ${replayed.holdId} by its log`,
    );
    const same =
      row?.fence === claim.fence &&
      row.expires_at === claim.expiresAt &&
      row.latest_end === claim.latestEnd &&
      row.user_id === claim.userId &&
      row.order_id === claim.orderId &&
      row.state === claim.state;
    must(
      same,
      33,
      () =>
        `${name}: hold ${claim.holdId} differs in memory (${JSON.stringify(claim)}) and in its row (${JSON.stringify(row)})`,
    );
  }
}
