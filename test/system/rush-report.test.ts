import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../src/proof/rush/options.ts';
import type { RushReport } from '../../src/proof/rush/result/result.ts';
import { runRush } from '../../src/proof/rush/rush.ts';
import { sharedProgram } from './shared-program.ts';

const { program } = sharedProgram();

/** Small, from this process, so that what is shown does not depend on how quick the machine is today. */
const small = (more: Partial<RushReport['options']>) => ({
  ...DEFAULTS,
  buyers: 120,
  seats: 40,
  seconds: 2,
  watchers: 3,
  workers: 0,
  connections: 16,
  rate: 50,
  url: program.url,
  token: program.adminToken,
  quiet: true as const,
  ...more,
});
const sum = (counts: Partial<Record<string, number>>) =>
  Object.values(counts).reduce<number>((total, count = 0) => total + count, 0);

describe('a rush', () => {
  it('with open doors sells, proves it and needs no line', async () => {
    const report = await runRush(small({ admission: 'open' }));
    expect(report.verdict).toEqual({ passed: true, reasons: [] });
    expect(report.purchases).toBeGreaterThan(0);
    expect(report.line).toBeNull();
    expect(report.latencyMillis.join.count).toBe(0);
    expect(sum(report.endings)).toBe(120);
  });

  it('through a waiting room lets in no faster than its rate, and shows the wait apart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'onrush-report-'));
    try {
      const [json, html] = [join(folder, 'r.json'), join(folder, 'r.html')];
      const rate = 10;
      const options = { ...small({ admission: 'waiting_room', rate }), json, report: html };
      const report = await runRush(options);
      expect(report.verdict).toEqual({ passed: true, reasons: [] });
      expect(report.purchases).toBeGreaterThan(0);
      expect(sum(report.endings)).toBe(120);
      const { join: joined, poll, enter, hold, request } = report.latencyMillis;
      expect(joined.count).toBeGreaterThan(0);
      expect(enter.count).toBe(report.line?.waitMillis.count);
      // Nobody bought without having been let in; one request is one step.
      expect(report.purchases).toBeLessThanOrEqual(enter.count);
      expect(poll.count).toBeGreaterThan(0);
      expect(request.count).toBeGreaterThanOrEqual(joined.count + poll.count + enter.count + hold.count);
      const admitted = report.seconds.map((second) => second.admitted);
      expect(admitted.reduce((all, each) => all + each, 0)).toBe(enter.count);
      // The bucket begins full; the rest comes at the rate.
      expect(enter.count).toBeLessThanOrEqual(rate * (report.lastedSeconds + 1) + 1);
      expect(report.line).toMatchObject({ ratePerSecond: rate });
      expect(report.line?.samples.some(({ waiting }) => waiting > 0)).toBe(true);
      expect(report.refusals.ADMISSION_REQUIRED).toBeUndefined();
      expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
        tool: 'onrush rush',
        line: { ratePerSecond: rate },
      });
      expect(readFileSync(html, 'utf8')).toContain('대기실');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
