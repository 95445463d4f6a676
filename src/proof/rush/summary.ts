import { STEPS } from './crowd/measures.ts';
import type { RushReport } from './result/result.ts';

/** The report in a terminal: what was sold, how long it took, and the two proofs. */
export function describeReport(report: RushReport): string {
  const { clients, server } = report.proof;
  const delay = report.propagation.delayMillis;
  return [
    '',
    `${report.buyers} buyers, ${report.requests} requests, ${report.purchases} purchases in ${report.lastedSeconds} s`,
    `seats: ${server.booked} booked, ${server.reserved} held, ${server.available} available of ${server.total}`,
    `requests/s: ${report.requestsPerSecond.mean} mean, ${report.requestsPerSecond.peak} peak; purchases/s: ${report.purchasesPerSecond.mean} mean, ${report.purchasesPerSecond.peak} peak`,
    '',
    'milliseconds      p50       p95       p99       max     count',
    ...STEPS.filter((step) => report.latencyMillis[step].count > 0).map((step) =>
      row(step, report.latencyMillis[step]),
    ),
    row('map delay', delay),
    ...(report.line ? [row('in line', report.line.waitMillis)] : []),
    '',
    `endings:  ${counts(report.endings)}`,
    `refusals: ${counts(report.refusals)}`,
    `errors:   ${counts(report.errors)} (${(report.errorRate * 100).toFixed(3)} %)`,
    `goals:    ${report.goals.map(({ name, met }) => `${name} ${met ? 'met' : 'NOT met'}`).join(', ')}`,
    `bottlenecks: ${report.bottlenecks.map(({ what, measured }) => `${what} ${measured}`).join(', ') || 'none'}`,
    `generator: event loop late by ${report.generator.loopDelayMillisP99.toFixed(1)} ms at the 99th percentile`,
    '',
    `oversold by what the clients were told: ${clients.oversold} (${clients.confirmations} confirmations, ${clients.records} records)`,
    `oversold by what the server shows:      ${server.oversold} (${server.confirmedSeats} seats confirmed, ${server.booked} booked)`,
    ...report.verdict.reasons.map((reason) => `  ! ${reason}`),
    report.verdict.passed ? 'PASSED' : 'FAILED',
  ].join('\n');
}

function row(name: string, { p50, p95, p99, max, count }: RushReport['latencyMillis']['hold']): string {
  const cells = [p50, p95, p99, max].map((value) => value.toFixed(1).padStart(10));
  return `${name.padEnd(11)}${cells.join('')}${String(count).padStart(10)}`;
}

function counts(byName: Partial<Record<string, number>>): string {
  const sorted = Object.entries(byName).sort(([, a = 0], [, b = 0]) => b - a);
  return sorted.length === 0 ? 'none' : sorted.map(([name, count]) => `${name} ${count}`).join(', ');
}
