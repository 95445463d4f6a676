import { describe, expect, it } from 'vitest';
import { newHistogram, STEPS, toMicroseconds } from '../../../src/proof/rush/crowd/measures.ts';
import { renderPage } from '../../../src/proof/rush/report/page.ts';
import { decades, linear, logarithmic, roundTicks } from '../../../src/proof/rush/report/scales.ts';
import { bottlenecksOf } from '../../../src/proof/rush/result/bottlenecks.ts';
import { comparedOf } from '../../../src/proof/rush/result/comparison.ts';
import { failuresByClass } from '../../../src/proof/rush/result/failures.ts';
import { goalsOf } from '../../../src/proof/rush/result/goals.ts';
import {
  binDelays,
  type LatencySummary,
  type RushReport,
  rate,
  summarise,
  summariseSeconds,
} from '../../../src/proof/rush/result/result.ts';
import { countersIn, samplesOf } from '../../../src/proof/rush/result/server-figures.ts';

const latency = { count: 3, p50: 5, p95: 50, p99: 90, max: 120 };

const everyStep = (each: LatencySummary) =>
  Object.fromEntries(STEPS.map((step) => [step, each])) as RushReport['latencyMillis'];

const report: RushReport = {
  tool: 'onrush rush',
  label: 'embedded',
  startedAt: '2026-11-21T00:00:00.000Z',
  lastedSeconds: 12,
  machine: {
    cpu: '<b>fast</b>',
    cores: 2,
    memoryGigabytes: 8,
    node: 'v20',
    system: 'Linux',
    commit: null,
    loadPerCore: 0.5,
  },
  options: {
    url: 'http://127.0.0.1:1',
    buyers: 9,
    seats: 4,
    admission: 'open',
    rate: 200,
    seconds: 2,
    watchers: 1,
    party: { from: 1, to: 2 },
    workers: 1,
    connections: 8,
    seed: 1,
  },
  eventId: 7,
  verdict: { passed: true, reasons: [] },
  proof: {
    clients: { records: 5, confirmations: 2, oversold: 0, violations: [] },
    server: {
      total: 4,
      available: 1,
      reserved: 0,
      booked: 3,
      blocked: 0,
      confirmedSeats: 3,
      oversold: 0,
      violations: [],
    },
  },
  buyers: 9,
  endings: { bought: 2, 'sold-out': 7 },
  requests: 20,
  purchases: 2,
  requestsPerSecond: { mean: 10, peak: 12 },
  purchasesPerSecond: { mean: 1, peak: 1 },
  latencyMillis: everyStep(latency),
  line: null,
  refusals: { SEATS_TAKEN: 3 },
  errors: {},
  errorRate: 0,
  failures: { outrun: 3 },
  seconds: [
    { second: 0, arrivals: 9, requests: 20, purchases: 2, errors: 0, admitted: 0, p50: 5, p95: 50, p99: 90 },
  ],
  seats: [
    { at: 0, available: 4, held: 0, booked: 0 },
    { at: 1, available: 1, held: 0, booked: 3 },
  ],
  propagation: {
    watchers: 1,
    lostWatchers: 0,
    frames: 2,
    delayMillis: latency,
    beforeTheAnswer: 0,
    bins: [
      { from: 0, to: 5, count: 3 },
      { from: 5, to: null, count: 0 },
    ],
  },
  generator: { workers: 1, connections: 8, loopDelayMillisP99: 3 },
  server: {
    samples: [1, 2].map((at) => ({
      at,
      cores: 0.5,
      loopLateMillis: 12,
      memoryMegabytes: 180,
      commitMillis: 4,
      commitCommands: 12,
      providerMillis: 0,
    })),
  },
  bottlenecks: [],
  goals: [],
  comparison: [],
};

describe('the page', () => {
  const page = renderPage(report);

  it('needs nothing from outside', () => {
    expect(page).not.toMatch(/(?:src|href)=|url\(|@import|https?:\/\//);
  });

  it('names every picture and gives its figures as a table', () => {
    const pictures = page.match(/<svg /g)?.length ?? 0;
    expect(pictures).toBeGreaterThan(7);
    expect(page.match(/<title id=/g)).toHaveLength(pictures);
    expect(page.match(/<desc id=/g)).toHaveLength(pictures);
    expect(page.match(/<\/summary><div class="scroll"><table>/g)).toHaveLength(pictures);
    expect(page).not.toContain('NaN');
  });

  it('says what it waited for, in both languages, or that nothing was at its limit', () => {
    expect(page).toContain('more buyers would have been served');
    const slow = renderPage({ ...report, bottlenecks: [{ what: 'ledger', measured: 80, limit: 25 }] });
    expect(slow).toContain('a commit took 80 ms (limit 25)');
    expect(slow).toContain('원장: 커밋에 80ms(한계 25ms)');
  });

  it('stands beside other rushes when there are some', () => {
    const { comparison: _, ...alone } = report;
    const ours = comparedOf(alone);
    expect(page).not.toContain('Beside other rushes');
    const both = renderPage({ ...report, comparison: [ours, { ...ours, label: 'PostgreSQL <i>' }] });
    expect(both).toContain('Beside other rushes');
    expect(both).toContain('PostgreSQL &#60;i&#62;');
  });

  it('shows the line apart from the latency, and nothing of it where there was none', () => {
    expect(page).not.toContain('The waiting room');
    const line = {
      ratePerSecond: 5,
      waitMillis: { count: 7, p50: 12_000, p95: 31_000, p99: 40_000, max: 41_000 },
      samples: [{ at: 0, waiting: 3, serving: 0 }],
    };
    const waited = renderPage({ ...report, line });
    expect(waited).toContain('The waiting room');
    expect(waited).toContain('대기실');
    expect(waited).toContain('People in line');
    expect(waited).toMatch(/in line, half of them less than \(s\)<\/dt><dd>12</);
    expect(waited).not.toContain('NaN');
  });

  it('holds what was measured against the goals', () => {
    const goals = goalsOf({ ...report, errorRate: 0.005, lastedSeconds: 59 });
    expect(goals.map(({ name, met }) => [name, met])).toEqual([
      ['oversold', true],
      ['errorRate', false],
      ['requestP95', true],
      ['lasted', true],
    ]);
    const shown = renderPage({ ...report, goals });
    expect(shown).toContain('not met');
    expect(shown).toContain('&#60; 300');
  });

  it('does without the server’s own figures', () => {
    const unseen = renderPage({ ...report, server: null });
    expect(unseen).toContain('give --token');
    expect(unseen).not.toContain('cores in use');
  });

  it('escapes what it did not write itself', () => {
    expect(page).not.toContain('<b>fast</b>');
  });

  it('says so when a seat was sold twice, and survives an empty rush', () => {
    const bad = { ...report.proof, clients: { ...report.proof.clients, oversold: 1 } };
    const failed = { passed: false, reasons: ['seat 1 <twice>'] };
    expect(renderPage({ ...report, proof: bad, verdict: failed })).toContain('Seats were sold twice');
    const none = { ...latency, count: 0, p50: 0, p95: 0, p99: 0, max: 0 };
    const latencyMillis = everyStep(none);
    expect(renderPage({ ...report, seconds: [], seats: [], endings: {}, latencyMillis })).not.toMatch(
      /NaN|Infinity/,
    );
  });
});

describe('the figures', () => {
  it('bins every delay exactly once', () => {
    const histogram = newHistogram();
    for (const millis of [0, 1, 4, 7, 45, 45, 600, 5_000]) histogram.recordValue(toMicroseconds(millis));
    const bins = binDelays(histogram);
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(8);
    const inBin = (from: number) => bins.find((bin) => bin.from === from)?.count;
    expect([inBin(0), inBin(5), inBin(40), inBin(500), inBin(1_000)]).toEqual([3, 1, 2, 1, 1]);
  });

  it('gives milliseconds from microseconds', () => {
    const histogram = newHistogram();
    for (let millis = 1; millis <= 100; millis++) histogram.recordValue(toMicroseconds(millis));
    const { p50, p95, max } = summarise(histogram);
    expect(p50).toBeCloseTo(50, 0);
    expect(p95).toBeCloseTo(95, 0);
    expect(max).toBeCloseTo(100, 0);
  });

  it('counts a mean over the seconds in which something happened', () => {
    const second = { arrivals: 0, purchases: 0, errors: 0, admitted: 0, latencies: [] };
    const seconds = [10, 0, 30].map((requests) => ({ ...second, requests }));
    expect(rate(seconds, 'requests')).toEqual({ mean: 20, peak: 30 });
    expect(summariseSeconds([{ ...second, requests: 3, latencies: [3, 1, 2] }])[0]).toMatchObject({
      p50: 2,
      p99: 3,
    });
  });
});

describe('the summary', () => {
  it('puts every refusal and every error in one class', () => {
    const refusals = {
      SEATS_TAKEN: 5,
      NO_ADJACENT_SEATS: 1,
      RESERVATION_EXPIRED: 2,
      PAYMENT_FAILED: 3,
      RATE_LIMITED: 4,
      X: 1,
    };
    const errors = { '503 BUSY': 1, timeout: 2, '404 NOT_FOUND': 3 };
    expect(failuresByClass({ refusals, errors })).toEqual({
      outrun: 6,
      tooLate: 2,
      money: 3,
      slowDown: 4,
      otherRefusal: 1,
      serverError: 1,
      noAnswer: 2,
      unexpected: 3,
    });
  });

  it('names what was at its limit, the tightest first, and nothing else', () => {
    expect(bottlenecksOf(report)).toEqual([]);
    const [sample] = report.server?.samples ?? [];
    const slow = {
      ...report,
      server: { samples: sample ? [{ ...sample, commitMillis: 250, loopLateMillis: 60 }] : [] },
    };
    expect(bottlenecksOf(slow).map(({ what }) => what)).toEqual(['ledger', 'eventLoop']);
  });

  it('reads what grew between two scrapes, over all labels', () => {
    const text = (cpu: number, sum: number, count: number) =>
      [
        `process_cpu_seconds_total ${cpu}`,
        `commit_seconds_sum{a="1"} ${sum / 2}`,
        `commit_seconds_sum{a="2"} ${sum / 2}`,
        `commit_seconds_count ${count}`,
        'nodejs_eventloop_lag_p99_seconds 0.02',
        'process_resident_memory_bytes 2e8',
      ].join('\n');
    const counters = [countersIn(text(1, 0.2, 10), 1), countersIn(text(2, 0.4, 20), 3)];
    expect(samplesOf(counters)).toEqual([
      expect.objectContaining({
        at: 3,
        cores: 0.5,
        commitMillis: 20,
        loopLateMillis: 20,
        memoryMegabytes: 200,
      }),
    ]);
  });
});

describe('the scales', () => {
  it('map ends to ends, a logarithm by decades', () => {
    expect(linear([0, 10], [100, 0])(5)).toBe(50);
    expect(logarithmic([1, 100], [0, 100])(10)).toBe(50);
    expect(logarithmic([1, 100], [0, 100])(0)).toBe(0);
  });

  it('offer round ticks that cover the values', () => {
    expect(roundTicks(4_700, 3)).toEqual([0, 2_000, 4_000, 6_000]);
    expect(roundTicks(0, 3)).toEqual([0, 1]);
    expect(decades(3, 250)).toEqual([1, 10, 100, 1_000]);
  });
});
