import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../../core/clock.ts';
import type { Finding } from './finding.ts';
import { growthPicture } from './growth-picture.ts';
import { openLoad } from './load/generator.ts';
import { bestSeats, holds, type Journeys, newBuyers, purchases, upTo } from './load/journeys.ts';
import { type SeatStock, seatStock } from './load/seat-stock.ts';
import { mapWatchers } from './load/watchers.ts';
import type { BenchOptions } from './options.ts';
import { eventDetail, openEvent } from './organiser.ts';
import { processorTime, since } from './processor-time.ts';
import { median } from './rounds.ts';
import { startSubject, withFolder, withServer } from './servers.ts';

/** How a sale is larger than another; everything else stays as it is. */
export type Dimension = 'seats' | 'events' | 'watchers';
export type Operation = 'hold' | 'purchase' | 'best seats' | 'change shown' | 'expiry';

/** Microseconds of processor time, all threads, per operation at each size. */
export interface Growth {
  dimension: Dimension;
  operation: Operation;
  costs: { times: number; micros: number }[];
}

const SIZES = [1, 3, 10] as const;
const SMALLEST: Record<Dimension, number> = { seats: 5_000, events: 10, watchers: 100 };
const SEATS_OF_MANY = 500;
const SEATS_WATCHED = 10_000;
const REPEATS = 3;
const CONNECTIONS = 32;
const OPERATIONS = 500;
const PARTIES = 160;
const FEW_WATCHERS = 10;
const WARM_UP = 4_000;

/** Goal 8: ten times the seats, the events or the watchers cost at most eleven times as much. */
export async function benchScale(options: BenchOptions): Promise<Finding[]> {
  const growths: Growth[] = [];
  for (const dimension of ['seats', 'events', 'watchers'] as const) {
    for (const times of SIZES) {
      const measured = await measureSale(dimension, times);
      for (const [operation, micros] of Object.entries(measured) as [Operation, number][]) {
        const known = growths.find((each) => each.dimension === dimension && each.operation === operation);
        if (known) known.costs.push({ times, micros });
        else growths.push({ dimension, operation, costs: [{ times, micros }] });
      }
    }
  }
  if (options.svg !== undefined) writeFileSync(options.svg, growthPicture(growths));
  return growths.flatMap(findingsOf);
}

/** What ten times the size does to the cost: of one operation, or of one change told to ten times the watchers. */
export function findingsOf({ dimension, operation, costs }: Growth): Finding[] {
  const [smallest, largest] = [costs[0], costs.at(-1)];
  if (!smallest || !largest) return [];
  const limit = dimension === 'watchers' ? 11 : 1.1;
  return [
    {
      goal: 8,
      what: `${operation}, ${largest.times} times the ${dimension}`,
      value: largest.micros / smallest.micros,
      unit: '×',
      wanted: { atMost: limit },
    },
    ...costs.map(({ times, micros }) => ({
      goal: 8,
      what: `${operation}, ${(SMALLEST[dimension] * times).toLocaleString('en-US')} ${dimension}`,
      value: micros,
      unit: 'µs',
    })),
  ];
}

function measureSale(dimension: Dimension, times: number): Promise<Partial<Record<Operation, number>>> {
  const size = SMALLEST[dimension] * times;
  return withFolder((folder) =>
    withServer(startSubject({ folder }), async (server) => {
      const scene = new Scene(server);
      await scene.warmUp();
      if (dimension === 'watchers') {
        await scene.open({ events: 1, seats: SEATS_WATCHED });
        return { 'change shown': await scene.changeCost(size) };
      }
      const lapsing =
        dimension === 'seats' ? { events: 1, seats: size } : { events: size, seats: SEATS_OF_MANY };
      await scene.open(lapsing);
      return {
        hold: await scene.cost((stock) => holds(newBuyers('h'), stock), OPERATIONS),
        purchase: await scene.cost((stock) => purchases(newBuyers('p'), stock), 3 * OPERATIONS, 3),
        'change shown': await scene.changeCost(FEW_WATCHERS),
        // The last one on these halls, for the server takes seats that the stock believes to be free.
        'best seats': await scene.cost(() => bestSeats(newBuyers('b'), scene.eventIds), PARTIES),
        expiry: await scene.expiryCost(lapsing),
      };
    }),
  );
}

/** One server with the halls of one size, and the processor time that operations take on it. */
class Scene {
  readonly #port: number;
  readonly #pid: number;
  #stock: SeatStock = seatStock();
  eventIds: number[] = [];

  constructor({ port, pid }: { port: number; pid: number }) {
    this.#port = port;
    this.#pid = pid;
  }

  /** On a hall of its own, so that the code is compiled and the measured halls are untouched. */
  async warmUp(): Promise<void> {
    await this.open({ events: 1, seats: 2 * WARM_UP });
    const buyers = newBuyers('warm');
    await this.#play(upTo(WARM_UP, purchases(buyers, this.#stock)));
    await this.#play(upTo(WARM_UP / 4, bestSeats(buyers, this.eventIds)));
  }

  async open({ events, seats, holdSeconds = 600 }: { events: number; seats: number; holdSeconds?: number }) {
    this.#stock = seatStock();
    this.eventIds = [];
    for (let made = 0; made < events; made++) {
      const { eventId, runs } = await openEvent(this.#port, seats, { hold_seconds: holdSeconds });
      this.eventIds.push(eventId);
      for (const run of runs) this.#stock.add(run);
    }
  }

  /** Processor time of one operation of `requestsEach` requests: the median of a few goes. */
  async cost(
    journeysOf: (stock: SeatStock) => Journeys,
    requests: number,
    requestsEach = 1,
  ): Promise<number> {
    const micros: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const journeys = upTo(requests, journeysOf(this.#stock));
      const spent = await this.#spent(() => this.#play(journeys));
      micros.push((spent * 1_000) / (requests / requestsEach));
    }
    return median(micros);
  }

  /** A lone hold and its patch at every watcher's: one at a time, so that no two share a patch. */
  async changeCost(watching: number): Promise<number> {
    const changes = 30;
    const run = this.#stock.takeRun(changes * REPEATS);
    if (!run) throw new Error('no event has enough free seats left');
    const watchers = mapWatchers(this.#port, run.eventId);
    await watchers.add(watching);
    const stock = seatStock();
    stock.add(run);
    const journeys = holds(newBuyers('c'), stock);
    const load = await openLoad(this.#port, { connections: 1, journeys });
    const micros: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const spent = await this.#spent(async () => {
        for (let change = 0; change < changes; change++) {
          await load.run(0);
          await sleep(80);
        }
      });
      micros.push((spent * 1_000) / changes);
    }
    load.close();
    watchers.close();
    return median(micros);
  }

  /** Lets holds lapse and takes off what the server does in the same time when nothing lapses. */
  async expiryCost(halls: { events: number; seats: number }): Promise<number> {
    const holdSeconds = 6;
    const lapsing = 2_000;
    const waiting: Millis = (holdSeconds + 2) * 1_000;
    await this.open({ ...halls, holdSeconds });
    const idle = await this.#spent(() => sleep(waiting));
    await this.#play(upTo(lapsing, holds(newBuyers('e'), this.#stock)));
    const spent = await this.#spent(() => sleep(waiting));
    const first = await eventDetail(this.#port, this.eventIds[0] as number);
    if (first.reserved_seat_count > 0) throw new Error('holds are still live after their end');
    return ((spent - idle) * 1_000) / lapsing;
  }

  async #play(journeys: Journeys): Promise<void> {
    const load = await openLoad(this.#port, { connections: CONNECTIONS, journeys });
    await load.run(Number.POSITIVE_INFINITY);
    load.close();
  }

  async #spent(act: () => Promise<unknown>): Promise<Millis> {
    const before = processorTime(this.#pid);
    await act();
    return since(before, processorTime(this.#pid)).all;
  }
}
