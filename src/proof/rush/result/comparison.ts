import { readFile } from 'node:fs/promises';
import { RushRefused } from '../options.ts';
import type { LatencySummary, RushReport } from './result.ts';

/** One rush among others, in a row. */
export interface Compared {
  label: string;
  startedAt: string;
  machine: string;
  commit: string | null;
  buyers: number;
  seats: number;
  purchasesPerSecond: number;
  requestsPerSecond: number;
  /** Of all requests together, and of holds alone. */
  request: { p50: number; p95: number; p99: number };
  hold: { p50: number; p95: number; p99: number };
  /** How long people stood in line, in the middle and for the most; null without a waiting room. */
  lineMillis: { p50: number; p95: number } | null;
  lastedSeconds: number;
  mapDelayP99: number;
  errorRate: number;
  oversold: number;
}

export function comparedOf(report: Omit<RushReport, 'comparison'>): Compared {
  const { machine, proof, latencyMillis } = report;
  const spread = ({ p50, p95, p99 }: LatencySummary) => ({ p50, p95, p99 });
  const waited = report.line?.waitMillis;
  return {
    label: report.label,
    startedAt: report.startedAt,
    machine: `${machine.cores} × ${machine.cpu}`,
    commit: machine.commit,
    buyers: report.buyers,
    seats: proof.server.total,
    purchasesPerSecond: report.purchasesPerSecond.mean,
    requestsPerSecond: report.requestsPerSecond.mean,
    request: spread(latencyMillis.request),
    hold: spread(latencyMillis.hold),
    lineMillis: waited ? { p50: waited.p50, p95: waited.p95 } : null,
    lastedSeconds: report.lastedSeconds,
    mapDelayP99: report.propagation.delayMillis.p99,
    errorRate: report.errorRate,
    oversold: proof.clients.oversold + proof.server.oversold,
  };
}

/** Reads the JSON of other rushes. Throws RushRefused with the name of the file that is none. */
export async function readCompared(files: readonly string[]): Promise<Compared[]> {
  return Promise.all(
    files.map(async (file) => {
      try {
        const report = JSON.parse(await readFile(file, 'utf8')) as RushReport;
        if (report.tool !== 'onrush rush' || report.label === undefined) throw new Error('another file');
        return comparedOf(report);
      } catch (error) {
        throw new RushRefused(
          `--compare: ${file} is no JSON of a rush of this version (${(error as Error).message}).`,
        );
      }
    }),
  );
}
