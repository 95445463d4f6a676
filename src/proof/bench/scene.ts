import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../../core/clock.ts';
import { openLoad } from './load/generator.ts';
import { bestSeats, holds, type Journeys, newBuyers, purchases, upTo } from './load/journeys.ts';
import { type SeatStock, seatStock } from './load/seat-stock.ts';
import { mapWatchers, type Watchers } from './load/watchers.ts';
import { eventDetail, openEvent } from './organiser.ts';
import { processorTime, since } from './processor-time.ts';
import type { Operation } from './scale.ts';
import type { ServerProcess } from './server-process.ts';

export interface Halls {
  events: number;
  /** Of each event. */
  seats: number;
  /** Of the first event. */
  watchers: number;
}

const CONNECTIONS = 32;
const WARM_UP = 4_000;
const CHANGES = 20;
/** Longer than changes are gathered before they are told. */
const APART: Millis = 80;
const HOLDS = 300;
const PURCHASES = 200;
const PARTIES = 120;
const LAPSING = 1_000;
const HOLD_SECONDS = 4;

/** One server with halls of one size, and the processor time that operations take on it. */
export class Scene {
  readonly #server: ServerProcess;
  readonly #halls: Halls;
  readonly #buyers = newBuyers();
  #stock: SeatStock = seatStock();
  #eventIds: number[] = [];
  #watchers: Watchers | undefined;
  #lapsing = false;
  /** Processor time of doing nothing for as long as holds take to lapse. */
  #idle: Millis | undefined;

  constructor(server: ServerProcess, halls: Halls) {
    this.#server = server;
    this.#halls = halls;
  }

  /** On a hall of its own, so that the code is compiled and the measured halls are untouched. */
  async warmUp(): Promise<void> {
    await this.#open({ events: 1, seats: 2 * WARM_UP });
    await this.#play(upTo(WARM_UP, purchases(this.#buyers, this.#stock)));
    await this.#play(upTo(WARM_UP / 4, bestSeats(this.#buyers, this.#eventIds)));
    await this.#open(this.#halls);
  }

  /** Microseconds of processor time, all threads, for one of them. */
  cost(operation: Operation): Promise<number> {
    switch (operation) {
      case 'hold':
        return this.#spentEach(HOLDS, () => this.#play(upTo(HOLDS, holds(this.#buyers, this.#stock))));
      case 'purchase':
        return this.#spentEach(PURCHASES, () =>
          this.#play(upTo(3 * PURCHASES, purchases(this.#buyers, this.#stock))),
        );
      case 'best seats':
        return this.#spentEach(PARTIES, () =>
          this.#play(upTo(PARTIES, bestSeats(this.#buyers, this.#eventIds))),
        );
      case 'change shown':
        return this.#changeCost();
      case 'expiry':
        return this.#expiryCost();
    }
  }

  /** A lone hold and its patch at every watcher's: one at a time, so that no two share a patch. */
  async #changeCost(): Promise<number> {
    const run = this.#stock.takeRun(CHANGES);
    if (!run) throw new Error('no event has enough free seats left');
    this.#watchers ??= await this.#watch(run.eventId);
    const stock = seatStock();
    stock.add(run);
    const load = await openLoad(this.#server.port, { connections: 1, journeys: holds(this.#buyers, stock) });
    const patchesBefore = this.#watchers.patches;
    const micros = await this.#spentEach(CHANGES, async () => {
      for (let change = 0; change < CHANGES; change++) {
        await load.run(0);
        await sleep(APART);
      }
    });
    load.close();
    if (this.#watchers.patches === patchesBefore) throw new Error('the watchers saw nothing');
    return micros;
  }

  /** Lets holds lapse and takes off what the server does in the same time when nothing lapses. */
  async #expiryCost(): Promise<number> {
    if (!this.#lapsing) {
      this.#watchers?.close();
      await this.#open(this.#halls, HOLD_SECONDS);
      this.#lapsing = true;
    }
    const waiting: Millis = (HOLD_SECONDS + 1.5) * 1_000;
    this.#idle ??= await this.#spent(() => sleep(waiting));
    await this.#play(upTo(LAPSING, holds(this.#buyers, this.#stock)));
    const spent = await this.#spent(() => sleep(waiting));
    const first = await eventDetail(this.#server.port, this.#eventIds[0] as number);
    if (first.reserved_seat_count > 0) throw new Error('holds are still live after their end');
    return ((spent - this.#idle) * 1_000) / LAPSING;
  }

  async #watch(eventId: number): Promise<Watchers> {
    const watchers = mapWatchers(this.#server.port, eventId);
    await watchers.add(this.#halls.watchers);
    return watchers;
  }

  async #open({ events, seats }: Pick<Halls, 'events' | 'seats'>, holdSeconds = 600): Promise<void> {
    this.#stock = seatStock();
    this.#eventIds = [];
    for (let made = 0; made < events; made++) {
      const { eventId, runs } = await openEvent(this.#server.port, seats, { hold_seconds: holdSeconds });
      this.#eventIds.push(eventId);
      for (const run of runs) this.#stock.add(run);
    }
  }

  async #play(journeys: Journeys): Promise<void> {
    const load = await openLoad(this.#server.port, { connections: CONNECTIONS, journeys });
    await load.run(Number.POSITIVE_INFINITY);
    load.close();
  }

  async #spentEach(operations: number, act: () => Promise<unknown>): Promise<number> {
    return ((await this.#spent(act)) * 1_000) / operations;
  }

  async #spent(act: () => Promise<unknown>): Promise<Millis> {
    const before = processorTime(this.#server.pid);
    await act();
    return since(before, processorTime(this.#server.pid)).all;
  }
}
