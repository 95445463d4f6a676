import type { RushReport } from './result.ts';
import type { ServerSample } from './server-figures.ts';

/** What may have kept the rush from being quicker. */
export type BottleneckName = 'generator' | 'machine' | 'eventLoop' | 'processor' | 'ledger' | 'provider';

export interface Bottleneck {
  what: BottleneckName;
  /** As measured, in the unit of the limit. */
  measured: number;
  /** From here on it is said to be one. */
  limit: number;
}

/** Medians over the rush, from which on somebody waits for it. */
const LIMITS: Readonly<Record<BottleneckName, number>> = {
  /** Milliseconds that the load generator's event loop is late: its figures are then its own. */
  generator: 50,
  /** Runnable tasks for each core of the machine. */
  machine: 1.5,
  /** Milliseconds. */
  eventLoop: 50,
  /** Cores of the process: one for the event loop, and some of the ledger's thread. */
  processor: 1,
  /** Milliseconds of a commit. */
  ledger: 25,
  /** Milliseconds of a request to the payment provider. */
  provider: 500,
};

type Measured = Pick<RushReport, 'generator' | 'machine' | 'server'>;

/** Whatever was at its limit, the tightest first. Empty: nothing was, so more buyers would have been served. */
export function bottlenecksOf({ generator, machine, server }: Measured): Bottleneck[] {
  const samples = server?.samples ?? [];
  const measured: Record<BottleneckName, number> = {
    generator: generator.loopDelayMillisP99,
    machine: machine.loadPerCore,
    eventLoop: median(samples, ({ loopLateMillis }) => loopLateMillis),
    processor: median(samples, ({ cores }) => cores),
    ledger: median(samples, ({ commitMillis }) => commitMillis),
    provider: median(samples, ({ providerMillis }) => providerMillis),
  };
  return (Object.keys(LIMITS) as BottleneckName[])
    .map((what) => ({ what, measured: Math.round(measured[what] * 100) / 100, limit: LIMITS[what] }))
    .filter(({ measured: value, limit }) => value >= limit)
    .sort((a, b) => b.measured / b.limit - a.measured / a.limit);
}

/** Of the seconds in which there was something to measure. */
function median(samples: readonly ServerSample[], of: (sample: ServerSample) => number): number {
  const values = samples
    .map(of)
    .filter((value) => value > 0)
    .sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? 0;
}
