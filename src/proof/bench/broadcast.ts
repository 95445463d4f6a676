import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../../core/clock.ts';
import type { Finding } from './finding.ts';
import { newLatency, openLoad } from './load/generator.ts';
import { holds, type Journeys, newBuyers } from './load/journeys.ts';
import { seatStock } from './load/seat-stock.ts';
import { mapWatchers, type Watchers } from './load/watchers.ts';
import type { BenchOptions } from './options.ts';
import { openEvent } from './organiser.ts';
import { processorTime, residentBytes, since } from './processor-time.ts';
import { startSubject, withFolder, withServer } from './servers.ts';

const SEATS = 10_000;
const CHANGES = 20;
const PATIENCE: Millis = 5_000;
const FLOOD: Millis = 5_000;
const SETTLING: Millis = 2_000;
const EARLY_SHARE = 5;

/** Goal 5: one seat changes and everybody who looks at the hall sees it; then seats change without a pause. */
export function benchBroadcast({ sockets }: BenchOptions): Promise<Finding[]> {
  return withFolder((folder) =>
    withServer(startSubject({ folder }), async ({ port, pid }) => {
      const { eventId, runs } = await openEvent(port, SEATS);
      const stock = seatStock();
      for (const run of runs) stock.add(run);
      const journeys = holds(newBuyers(), stock);
      // The first ones also make the map and fill room that the heap has anyway; the later ones show what one costs.
      const watchers = mapWatchers(port, eventId);
      await watchers.add(Math.floor(sockets / EARLY_SHARE));
      await sleep(SETTLING);
      const bytesBefore = residentBytes(pid);
      const early = watchers.open;
      await watchers.add(sockets - early);
      await sleep(SETTLING);
      const bytesEach = (residentBytes(pid) - bytesBefore) / (sockets - early);
      const seen = await showChanges(port, { watchers, journeys });
      const processorBefore = processorTime(pid);
      const flood = await showFlood(port, { watchers, journeys });
      const spent = since(processorBefore, processorTime(pid));
      const lost = sockets - watchers.open;
      watchers.close();
      return [
        {
          goal: 5,
          what: `one change to ${sockets} sockets, p99`,
          value: seen.p99Millis,
          unit: 'ms',
          wanted: { atMost: 250 },
        },
        {
          goal: 5,
          what: 'messages while seats change without a pause',
          value: flood.perSecond,
          unit: '/s',
          wanted: { atLeast: 80_000 },
        },
        {
          goal: 5,
          what: 'memory of a connection',
          value: bytesEach / 1_000,
          unit: 'kB',
          wanted: { atMost: 16 },
        },
        { goal: 5, what: 'one change, p50', value: seen.p50Millis, unit: 'ms' },
        {
          goal: 5,
          what: 'processor per message, all threads',
          value: (spent.all * 1_000) / flood.messages,
          unit: 'µs',
        },
        { goal: 5, what: 'sockets lost', value: lost, unit: '', wanted: { atMost: 0 } },
      ];
    }),
  );
}

interface Scene {
  watchers: Watchers;
  journeys: Journeys;
}

/** From sending the hold to each socket's having its patch: the commit and the coalescing are in it. */
async function showChanges(port: number, { watchers, journeys }: Scene) {
  const load = await openLoad(port, { connections: 1, journeys });
  const latency = newLatency();
  for (let change = 0; change < CHANGES; change++) {
    const sentAt = performance.now();
    let missing = watchers.open;
    const everybody = new Promise<void>((resolve) => {
      watchers.onPatch = (at) => {
        latency.recordValue(Math.round((at - sentAt) * 1_000));
        if (--missing === 0) resolve();
      };
    });
    await load.run(0);
    await Promise.race([everybody, sleep(PATIENCE)]);
    watchers.onPatch = () => {};
    if (missing > 0) throw new Error(`${missing} sockets did not see a change within ${PATIENCE} ms`);
    await sleep(100);
  }
  load.close();
  return {
    p50Millis: latency.getValueAtPercentile(50) / 1_000,
    p99Millis: latency.getValueAtPercentile(99) / 1_000,
  };
}

async function showFlood(port: number, { watchers, journeys }: Scene) {
  const load = await openLoad(port, { connections: 2, journeys });
  const before = watchers.patches;
  const { millis } = await load.run(FLOOD);
  const messages = watchers.patches - before;
  load.close();
  return { messages, perSecond: (messages / millis) * 1_000 };
}
