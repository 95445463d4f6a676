import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../../core/clock.ts';
import type { Finding } from './finding.ts';
import { openLoad } from './load/generator.ts';
import { holds, newBuyers } from './load/journeys.ts';
import { type SeatRun, seatStock } from './load/seat-stock.ts';
import { type TimedAnswer, timedGet } from './load/timed-get.ts';
import type { BenchOptions } from './options.ts';
import { LARGEST_HALL, openEvent } from './organiser.ts';
import { median } from './rounds.ts';
import { startSubject, withFolder, withServer } from './servers.ts';

const HALLS = 5;
const CACHED_ANSWERS = 200;
/** Longer than a change takes to show in the next snapshot. */
const SHOWN_AFTER: Millis = 500;

/** Goal 6, the server's half: the map of the largest hall, asked for the first time, after a change, and again. */
export function benchMap({ profile }: BenchOptions): Promise<Finding[]> {
  return withFolder((folder) =>
    withServer(startSubject({ folder, profileFolder: profile }), async ({ port }) => {
      const first: TimedAnswer[] = [];
      const changed: TimedAnswer[] = [];
      const cached: TimedAnswer[] = [];
      for (let hall = 0; hall < HALLS; hall++) {
        const { eventId, runs } = await openEvent(port, LARGEST_HALL);
        await sleep(SHOWN_AFTER);
        first.push(await mapOf(port, eventId));
        await holdOneSeat(port, runs);
        await sleep(SHOWN_AFTER);
        changed.push(await mapOf(port, eventId));
        for (let turn = 0; turn < CACHED_ANSWERS / HALLS; turn++) cached.push(await mapOf(port, eventId));
      }
      const millis = (answers: readonly TimedAnswer[]) => median(answers.map((answer) => answer.millis));
      const packed = Math.max(...first.map((answer) => answer.bytes));
      return [
        {
          goal: 6,
          what: 'map of 50,000 seats, packed',
          value: packed / 1_000,
          unit: 'kB',
          wanted: { atMost: 120 },
        },
        { goal: 6, what: 'map, first answer', value: millis(first), unit: 'ms', wanted: { atMost: 20 } },
        {
          goal: 6,
          what: 'map, first answer after a change',
          value: millis(changed),
          unit: 'ms',
          wanted: { atMost: 20 },
        },
        { goal: 6, what: 'map, cached answer', value: millis(cached), unit: 'ms' },
      ];
    }),
  );
}

function mapOf(port: number, eventId: number): Promise<TimedAnswer> {
  return timedGet(port, `/api/v1/events/${eventId}/map`, { 'accept-encoding': 'br', 'x-user-id': 'looker' });
}

async function holdOneSeat(port: number, runs: readonly SeatRun[]): Promise<void> {
  const stock = seatStock();
  for (const run of runs) stock.add({ ...run, count: 1 });
  const load = await openLoad(port, { connections: 1, journeys: holds(newBuyers(), stock) });
  await load.run(0);
  load.close();
}
