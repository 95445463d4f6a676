import type { Histogram } from 'hdr-histogram-js';
import type { Ending, SecondCount, Step } from '../crowd/measures.ts';
import type { RushOptions } from '../options.ts';
import type { ClientProof, ServerProof } from '../proof.ts';
import type { Bottleneck } from './bottlenecks.ts';
import type { Compared } from './comparison.ts';
import type { FailureClass } from './failures.ts';
import type { Goal } from './goals.ts';
import type { ServerSample } from './server-figures.ts';

/** Milliseconds, two decimals. */
export interface LatencySummary {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

export interface SecondReport extends Omit<SecondCount, 'latencies'> {
  /** Whole seconds since the doors opened. */
  second: number;
  /** Milliseconds of all requests' steps that ended in this second; 0 when none did. */
  p50: number;
  p95: number;
  p99: number;
}

export interface SeatSample {
  /** Seconds since the doors opened. */
  at: number;
  available: number;
  held: number;
  booked: number;
}

export interface LineSample {
  /** Seconds since the doors opened. */
  at: number;
  waiting: number;
  /** Places up to here have had their turn. */
  serving: number;
}

/** Samples from `from` up to `to` milliseconds; the last bin is open (null, as JSON has no infinity). */
export interface HistogramBin {
  from: number;
  to: number | null;
  count: number;
}

export interface Machine {
  cpu: string;
  cores: number;
  memoryGigabytes: number;
  node: string;
  system: string;
  /** Of the working directory, when it is a git checkout. */
  commit: string | null;
  /** Runnable tasks for each core when the rush had ended, over a minute. */
  loadPerCore: number;
}

/** Everything a rush found out. The JSON file is exactly this. */
export interface RushReport {
  tool: 'onrush rush';
  /** What was rushed: as it was named, else the back ends that the server names. */
  label: string;
  startedAt: string;
  /** Seconds from the opening to the last buyer's end. */
  lastedSeconds: number;
  machine: Machine;
  options: Omit<RushOptions, 'token' | 'report' | 'json' | 'quiet' | 'label' | 'compare'>;
  eventId: number;
  verdict: { passed: boolean; reasons: string[] };
  proof: { clients: ClientProof; server: ServerProof };
  buyers: number;
  endings: Partial<Record<Ending, number>>;
  requests: number;
  purchases: number;
  requestsPerSecond: { mean: number; peak: number };
  purchasesPerSecond: { mean: number; peak: number };
  latencyMillis: Record<Step, LatencySummary>;
  /** The waiting room; null without. How long people stand there is no latency of the server. */
  line: {
    ratePerSecond: number | null;
    /** From arrival to being let in, of those who were. */
    waitMillis: LatencySummary;
    samples: LineSample[];
  } | null;
  refusals: Record<string, number>;
  errors: Record<string, number>;
  errorRate: number;
  /** Refusals and errors by what they mean. */
  failures: Partial<Record<FailureClass, number>>;
  seconds: SecondReport[];
  seats: SeatSample[];
  /** What the server said of itself; null without the organiser's token. */
  server: { samples: ServerSample[] } | null;
  /** What was aimed at, and what was reached. */
  goals: Goal[];
  /** The tightest first; empty when nothing was at its limit. */
  bottlenecks: Bottleneck[];
  propagation: {
    watchers: number;
    lostWatchers: number;
    frames: number;
    delayMillis: LatencySummary;
    beforeTheAnswer: number;
    bins: HistogramBin[];
  };
  generator: { workers: number; connections: number; loopDelayMillisP99: number };
  /** This rush and those it was asked to stand beside. */
  comparison: Compared[];
}

/** Above this share of requests the rush has failed, whatever was sold. */
export const LARGEST_ERROR_RATE = 0.005;

export function summarise(histogram: Histogram): LatencySummary {
  const millis = (percentile: number) => round(histogram.getValueAtPercentile(percentile) / 1_000);
  if (histogram.totalCount === 0) return { count: 0, p50: 0, p95: 0, p99: 0, max: 0 };
  return {
    count: histogram.totalCount,
    p50: millis(50),
    p95: millis(95),
    p99: millis(99),
    max: round(histogram.maxValue / 1_000),
  };
}

export function summariseSeconds(seconds: readonly SecondCount[]): SecondReport[] {
  return seconds.map(({ latencies, ...counts }, second) => {
    const inOrder = Float64Array.from(latencies).sort();
    const at = (share: number) =>
      round(inOrder[Math.min(inOrder.length - 1, Math.floor(inOrder.length * share))] ?? 0);
    return { second, ...counts, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  });
}

const BIN_ENDS_MILLIS = [5, 10, 20, 30, 40, 50, 75, 100, 125, 150, 200, 300, 500, 1_000];

/** Counts by delay, in bins whose ends a reader knows by heart. */
export function binDelays(histogram: Histogram): HistogramBin[] {
  const countUpTo = (millis: number) => cumulative(histogram, millis * 1_000);
  let before = 0;
  let from = 0;
  const bins: HistogramBin[] = BIN_ENDS_MILLIS.map((to) => {
    const upTo = countUpTo(to);
    const bin = { from, to, count: upTo - before };
    [from, before] = [to, upTo];
    return bin;
  });
  return [...bins, { from, to: null, count: histogram.totalCount - before }];
}

/** By bisection over percentiles: the histogram offers no count below a value. */
function cumulative(histogram: Histogram, microseconds: number): number {
  const total = histogram.totalCount;
  let [low, high] = [0, total];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (histogram.getValueAtPercentile((middle / total) * 100) <= microseconds) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Seconds with nothing in them at the end (the grace) would drag a mean down without saying anything. */
export function rate(
  seconds: readonly SecondCount[],
  of: 'requests' | 'purchases',
): { mean: number; peak: number } {
  const busy = seconds.map((second) => second[of]).filter((count) => count > 0);
  if (busy.length === 0) return { mean: 0, peak: 0 };
  const total = busy.reduce((sum, count) => sum + count, 0);
  return { mean: round(total / busy.length), peak: Math.max(...busy) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
