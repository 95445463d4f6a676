import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../../core/clock.ts';
import type { Finding } from './finding.ts';
import { residentBytes } from './processor-time.ts';
import { median } from './rounds.ts';
import { startSubject, withFolder, withServer } from './servers.ts';

const STARTS = 5;
const JUST_STARTED: Millis = 5_000;
/** The collector gives back what the start needed when nothing was asked for about a minute. */
const IDLE: Millis = 75_000;

/** Goal 8, its second half: a start on existing data, and what an idle server keeps of the memory. */
export function benchStart(): Promise<Finding[]> {
  return withFolder(async (folder) => {
    const start = () => startSubject({ folder, env: { SEED_DEMO: 'true' } });
    const first = await withServer(start(), async ({ startMillis }) => startMillis);
    const again: Millis[] = [];
    let [freshBytes, idleBytes] = [Number.NaN, Number.NaN];
    for (let turn = 1; turn <= STARTS; turn++) {
      await withServer(start(), async ({ pid, startMillis }) => {
        again.push(startMillis);
        if (turn < STARTS) return;
        await sleep(JUST_STARTED);
        freshBytes = residentBytes(pid);
        await sleep(IDLE - JUST_STARTED);
        idleBytes = residentBytes(pid);
      });
    }
    return [
      {
        goal: 8,
        what: 'start on existing data',
        value: median(again) / 1_000,
        unit: 's',
        wanted: { atMost: 2 },
      },
      { goal: 8, what: 'memory when idle', value: idleBytes / 1e6, unit: 'MB', wanted: { atMost: 150 } },
      { goal: 8, what: 'memory right after a start', value: freshBytes / 1e6, unit: 'MB' },
      { goal: 8, what: 'first start, makes the demo', value: first / 1_000, unit: 's' },
    ];
  });
}
