import { describe, expect, it } from 'vitest';
import { newHistogram, toMicroseconds } from '../../../src/proof/rush/measures.ts';
import { renderPage } from '../../../src/proof/rush/report/page.ts';
import { decades, linear, logarithmic, roundTicks } from '../../../src/proof/rush/report/scales.ts';
import {
  binDelays,
  type RushReport,
  rate,
  summarise,
  summariseSeconds,
} from '../../../src/proof/rush/result.ts';

const latency = { count: 3, p50: 5, p95: 50, p99: 90, max: 120 };

const report: RushReport = {
  tool: 'onrush rush',
  startedAt: '2026-11-21T00:00:00.000Z',
  lastedSeconds: 12,
  machine: { cpu: '<b>fast</b>', cores: 2, memoryGigabytes: 8, node: 'v20', system: 'Linux', commit: null },
  options: {
    url: 'http://127.0.0.1:1',
    buyers: 9,
    seats: 4,
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
  latencyMillis: { look: latency, hold: latency, book: latency, confirm: latency, purchase: latency },
  refusals: { SEATS_TAKEN: 3 },
  errors: {},
  errorRate: 0,
  seconds: [{ second: 0, arrivals: 9, requests: 20, purchases: 2, errors: 0, p50: 5, p95: 50, p99: 90 }],
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

  it('escapes what it did not write itself', () => {
    expect(page).not.toContain('<b>fast</b>');
  });

  it('says so when a seat was sold twice, and survives an empty rush', () => {
    const bad = { ...report.proof, clients: { ...report.proof.clients, oversold: 1 } };
    const failed = { passed: false, reasons: ['seat 1 <twice>'] };
    expect(renderPage({ ...report, proof: bad, verdict: failed })).toContain('Seats were sold twice');
    const none = { ...latency, count: 0, p50: 0, p95: 0, p99: 0, max: 0 };
    const latencyMillis = { look: none, hold: none, book: none, confirm: none, purchase: none };
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
    const second = { arrivals: 0, purchases: 0, errors: 0, latencies: [] };
    const seconds = [10, 0, 30].map((requests) => ({ ...second, requests }));
    expect(rate(seconds, 'requests')).toEqual({ mean: 20, peak: 30 });
    expect(summariseSeconds([{ ...second, requests: 3, latencies: [3, 1, 2] }])[0]).toMatchObject({
      p50: 2,
      p99: 3,
    });
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
