import type { Millis } from '../../../core/clock.ts';
import type { Office } from '../organiser.ts';
import { elapsed } from '../stopwatch.ts';

/** What the server said of itself in one second, of the process that answered. */
export interface ServerSample {
  /** Seconds since the doors opened. */
  at: number;
  /** Cores that the process used since the last sample, all of its threads; 1 is one core. */
  cores: number;
  /** How late its event loop is, at the 99th percentile, milliseconds. */
  loopLateMillis: number;
  memoryMegabytes: number;
  /** Mean duration of the commits since the last sample, milliseconds; 0 when there was none. */
  commitMillis: number;
  /** Mean number of commands in them. */
  commitCommands: number;
  /** Mean duration of a request to the payment provider, milliseconds; 0 when there was none. */
  providerMillis: number;
}

interface Counters {
  at: number;
  sums: Readonly<Record<(typeof SUMMED)[number], number>>;
  loopLateMillis: number;
  memoryMegabytes: number;
}

const SUMMED = [
  'process_cpu_seconds_total',
  'commit_seconds_sum',
  'commit_seconds_count',
  'commit_commands_sum',
  'payment_provider_seconds_sum',
  'payment_provider_seconds_count',
] as const;

/** Reads the server's metrics once a second while the rush lasts; without the organiser's token there are none. */
export function sampleServer(office: Office, opensAt: Millis): { stop(): ServerSample[] } {
  const counters: Counters[] = [];
  const sample = async () => {
    const text = await office.metrics();
    if (text !== undefined) counters.push(countersIn(text, (elapsed() - opensAt) / 1_000));
  };
  void sample();
  const timer = setInterval(sample, 1_000);
  return {
    stop() {
      clearInterval(timer);
      return samplesOf(counters);
    },
  };
}

export function countersIn(exposition: string, at: number): Counters {
  const sums = Object.fromEntries(SUMMED.map((name) => [name, sumOf(exposition, name)]));
  return {
    at,
    sums: sums as Counters['sums'],
    loopLateMillis: sumOf(exposition, 'nodejs_eventloop_lag_p99_seconds') * 1_000,
    memoryMegabytes: sumOf(exposition, 'process_resident_memory_bytes') / 1e6,
  };
}

/** What happened between one look and the next. */
export function samplesOf(counters: readonly Counters[]): ServerSample[] {
  const inOrder = counters.toSorted((a, b) => a.at - b.at);
  return inOrder.slice(1).map((now, index) => {
    const before = inOrder[index] as Counters;
    const grown = (name: (typeof SUMMED)[number]) => Math.max(0, now.sums[name] - before.sums[name]);
    const mean = (sum: number, count: number) => (count === 0 ? 0 : round(sum / count));
    const commits = grown('commit_seconds_count');
    return {
      at: Math.max(0, round(now.at)),
      cores: round(grown('process_cpu_seconds_total') / Math.max(now.at - before.at, 0.001)),
      loopLateMillis: round(now.loopLateMillis),
      memoryMegabytes: Math.round(now.memoryMegabytes),
      commitMillis: mean(grown('commit_seconds_sum') * 1_000, commits),
      commitCommands: mean(grown('commit_commands_sum'), commits),
      providerMillis: mean(
        grown('payment_provider_seconds_sum') * 1_000,
        grown('payment_provider_seconds_count'),
      ),
    };
  });
}

/** Over all labels. */
function sumOf(exposition: string, name: string): number {
  const lines = exposition.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'));
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}

const round = (value: number) => Math.round(value * 100) / 100;
