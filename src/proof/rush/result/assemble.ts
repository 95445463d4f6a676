import type { HistoryRecord } from '../../history/record.ts';
import { Measures, STEPS } from '../crowd/measures.ts';
import { measurePropagation } from '../crowd/propagation.ts';
import type { RushOptions } from '../options.ts';
import type { Sale } from '../organiser.ts';
import type { Played } from '../play.ts';
import { bottlenecksOf } from './bottlenecks.ts';
import { type Compared, comparedOf } from './comparison.ts';
import { failuresByClass } from './failures.ts';
import { goalsOf } from './goals.ts';
import { describeMachine } from './machine.ts';
import {
  binDelays,
  LARGEST_ERROR_RATE,
  type RushReport,
  rate,
  summarise,
  summariseSeconds,
} from './result.ts';

/** Everything that was seen, as one report with its verdict. */
export async function assembleReport(
  seen: Played & {
    options: RushOptions;
    label: string;
    /** Rushes to stand beside. */
    others: readonly Compared[];
    startedAt: Date;
    sale: Sale;
    history: readonly HistoryRecord[];
    proof: RushReport['proof'];
  },
): Promise<RushReport> {
  const measures = new Measures();
  for (const crowd of seen.crowds) measures.add(crowd.measures);
  const errorRate = measures.requests === 0 ? 1 : measures.errorCount / measures.requests;
  const latencyMillis = Object.fromEntries(
    STEPS.map((step) => [step, summarise(measures.histograms[step])]),
  ) as RushReport['latencyMillis'];
  const report: Omit<RushReport, 'bottlenecks' | 'comparison' | 'goals'> = {
    tool: 'onrush rush',
    label: seen.label,
    startedAt: seen.startedAt.toISOString(),
    lastedSeconds: seen.lastedSeconds,
    machine: await describeMachine(),
    options: publicOptions(seen.options),
    eventId: seen.sale.eventId,
    verdict: judge(seen.proof, errorRate),
    proof: seen.proof,
    buyers: seen.options.buyers,
    endings: measures.endings,
    requests: measures.requests,
    purchases: measures.purchases,
    requestsPerSecond: rate(measures.seconds, 'requests'),
    purchasesPerSecond: rate(measures.seconds, 'purchases'),
    latencyMillis,
    line: lineOf(seen, measures),
    refusals: measures.refusals,
    errors: measures.errors,
    errorRate,
    failures: failuresByClass(measures),
    seconds: summariseSeconds(measures.seconds),
    seats: seen.samples,
    server: seen.server.length > 0 ? { samples: seen.server } : null,
    propagation: describePropagation(seen),
    generator: {
      workers: seen.options.workers,
      connections: seen.options.connections,
      loopDelayMillisP99: Math.max(...seen.crowds.map((crowd) => crowd.loopDelayMillisP99)),
    },
  };
  const whole = { ...report, bottlenecks: bottlenecksOf(report), goals: goalsOf(report) };
  return { ...whole, comparison: [comparedOf(whole), ...seen.others] };
}

function lineOf({ sale, line }: Played & { sale: Sale }, measures: Measures): RushReport['line'] {
  if (sale.admission === 'open') return null;
  return { ratePerSecond: sale.ratePerSecond, waitMillis: summarise(measures.line), samples: line };
}

/** Without what is secret, or only of this machine. */
function publicOptions(given: RushOptions): RushReport['options'] {
  const {
    token: _,
    report: _report,
    json: _json,
    quiet: _quiet,
    label: _label,
    compare: _compare,
    ...options
  } = given;
  return options;
}

function describePropagation(
  seen: Played & { history: readonly HistoryRecord[]; options: RushOptions },
): RushReport['propagation'] {
  const { delays, beforeTheAnswer } = measurePropagation(seen.history, seen.watchers.sightings());
  return {
    watchers: seen.options.watchers,
    lostWatchers: seen.watchers.lost(),
    frames: seen.watchers.frames(),
    delayMillis: summarise(delays),
    beforeTheAnswer,
    bins: binDelays(delays),
  };
}

function judge({ clients, server }: RushReport['proof'], errorRate: number): RushReport['verdict'] {
  const reasons: string[] = [];
  if (clients.oversold > 0) reasons.push(`the clients were told of ${clients.oversold} seats sold twice`);
  if (server.oversold > 0)
    reasons.push(`the server shows ${server.oversold} seats sold more than once or not at all`);
  reasons.push(...clients.violations, ...server.violations);
  if (errorRate >= LARGEST_ERROR_RATE) {
    reasons.push(
      `${(errorRate * 100).toFixed(2)} % of the requests were errors, ${LARGEST_ERROR_RATE * 100} % is the limit`,
    );
  }
  return { passed: reasons.length === 0, reasons };
}
