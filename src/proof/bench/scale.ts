import { writeFileSync } from 'node:fs';
import type { Finding } from './finding.ts';
import { growthPicture } from './growth-picture.ts';
import type { BenchOptions } from './options.ts';
import { median } from './rounds.ts';
import { type Halls, Scene } from './scene.ts';
import type { ServerProcess } from './server-process.ts';
import { startSubject, subfolder, withFolder } from './servers.ts';

/** How a sale is larger than another; everything else stays as it is. */
export type Dimension = 'seats' | 'events' | 'watchers';
export type Operation = 'hold' | 'purchase' | 'best seats' | 'change shown' | 'expiry';

/** Microseconds of processor time, all threads, per operation at each size. */
export interface Growth {
  dimension: Dimension;
  operation: Operation;
  costs: { times: number; micros: number }[];
}

const DIMENSIONS = ['seats', 'events', 'watchers'] as const;
const SIZES = [1, 3, 10] as const;
const SMALLEST: Record<Dimension, number> = { seats: 5_000, events: 10, watchers: 100 };
const SEATS_OF_MANY = 500;
const SEATS_WATCHED = 10_000;
const FEW_WATCHERS = 10;
/** Best seats come last on the same halls, for the server takes seats that the stock believes to be free. */
const OPERATIONS_OF: Record<Dimension, readonly Operation[]> = {
  seats: ['hold', 'purchase', 'change shown', 'best seats', 'expiry'],
  events: ['hold', 'purchase', 'change shown', 'best seats', 'expiry'],
  watchers: ['change shown'],
};
const TURNS = 5;

/** Goal 8: ten times the seats, the events or the watchers cost at most eleven times as much. */
export async function benchScale(options: BenchOptions): Promise<Finding[]> {
  const growths: Growth[] = [];
  for (const dimension of DIMENSIONS) growths.push(...(await measureGrowth(dimension)));
  if (options.svg !== undefined) writeFileSync(options.svg, growthPicture(growths));
  return growths.flatMap(findingsOf);
}

/** A server for each size at once, asked in turns: what else the machine does falls on all sizes alike. */
function measureGrowth(dimension: Dimension): Promise<Growth[]> {
  return withFolder(async (folder) => {
    const servers: ServerProcess[] = [];
    try {
      const scenes: Scene[] = [];
      for (const times of SIZES) {
        const server = await startSubject({ folder: await subfolder(folder, `${times}`) });
        servers.push(server);
        const scene = new Scene(server, hallsOf(dimension, times));
        await scene.warmUp();
        scenes.push(scene);
      }
      const growths: Growth[] = [];
      for (const operation of OPERATIONS_OF[dimension]) {
        const costs = await takeTurns(scenes, operation);
        growths.push({ dimension, operation, costs });
      }
      return growths;
    } finally {
      for (const server of servers) await server.stop();
    }
  });
}

async function takeTurns(scenes: readonly Scene[], operation: Operation): Promise<Growth['costs']> {
  const micros = scenes.map((): number[] => []);
  for (let turn = 0; turn < TURNS; turn++) {
    const measured = scenes.map((scene) => () => scene.cost(operation));
    // Waiting for the end of holds is hardly any work, so all sizes may wait at once.
    const costs =
      operation === 'expiry' ? await Promise.all(measured.map((go) => go())) : await inTurn(measured);
    for (const [index, cost] of costs.entries()) micros[index]?.push(cost);
  }
  return SIZES.map((times, index) => ({ times, micros: median(micros[index] ?? []) }));
}

async function inTurn<T>(tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  for (const task of tasks) results.push(await task());
  return results;
}

function hallsOf(dimension: Dimension, times: number): Halls {
  const size = SMALLEST[dimension] * times;
  if (dimension === 'seats') return { events: 1, seats: size, watchers: FEW_WATCHERS };
  if (dimension === 'events') return { events: size, seats: SEATS_OF_MANY, watchers: FEW_WATCHERS };
  return { events: 1, seats: SEATS_WATCHED, watchers: size };
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
