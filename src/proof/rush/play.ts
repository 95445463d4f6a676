import { setTimeout as sleep } from 'node:timers/promises';
import type { CrowdResult } from './crowd/crowd.ts';
import { followMap } from './crowd/live-map.ts';
import { gatherThreads } from './crowd/threads.ts';
import { type Watchers, watchMap } from './crowd/watchers.ts';
import type { RushOptions } from './options.ts';
import type { Office, Sale } from './organiser.ts';
import { showProgress } from './progress.ts';
import type { LineSample, SeatSample } from './result/result.ts';
import { sampleLine, sampleSeats } from './result/sampler.ts';
import { type ServerSample, sampleServer } from './result/server-figures.ts';
import { elapsed } from './stopwatch.ts';
import type { Wire } from './wire.ts';

/** Between everybody being ready and the doors opening. */
const HUSH_MILLIS = 300;
/** Frames still on their way when the last buyer has left. */
const LAST_FRAMES_MILLIS = 500;

/** What happened between the opening of the doors and the last frame. */
export interface Played {
  crowds: CrowdResult[];
  samples: SeatSample[];
  /** Empty without a waiting room. */
  line: LineSample[];
  /** Empty without the organiser's token. */
  server: ServerSample[];
  watchers: Watchers;
  lastedSeconds: number;
}

/** Watchers and buyers take their places, the doors open, and the last of them leaves. */
export async function play(stage: {
  options: RushOptions;
  run: string;
  wire: Wire;
  office: Office;
  sale: Sale;
}): Promise<Played> {
  const { options, run, wire, office, sale } = stage;
  const { eventId, admission } = sale;
  const map = await followMap({ url: options.url, eventId, wire, userId: `rush-${run}-office` });
  const since = map.hall().since();
  map.close();
  const watchers = await watchMap({ url: options.url, eventId, run, since, count: options.watchers });
  try {
    const crowd = await gatherThreads({ ...options, run, eventId, admission }, options.workers);
    const opensAt = elapsed() + HUSH_MILLIS;
    const sampler = sampleSeats(office, eventId, opensAt);
    const lineSampler = admission === 'waiting_room' ? sampleLine(office, eventId, opensAt) : undefined;
    const serverSampler = sampleServer(office, opensAt);
    const progress = showProgress({ buyers: options.buyers, quiet: options.quiet ?? false });
    try {
      const crowds = await crowd.run(opensAt, progress.show);
      const lastedSeconds = Math.round((elapsed() - opensAt) / 10) / 100;
      await sleep(LAST_FRAMES_MILLIS);
      const line = lineSampler?.stop() ?? [];
      return { crowds, samples: sampler.stop(), line, server: serverSampler.stop(), watchers, lastedSeconds };
    } finally {
      sampler.stop();
      lineSampler?.stop();
      serverSampler.stop();
      progress.end();
    }
  } finally {
    watchers.close();
  }
}
