import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RushReport } from '../../src/proof/rush/result/result.ts';
import { onServer, stopServers } from '../backends/on-servers.ts';
import { componentPresent } from '../backends/registry.ts';
import { redisServer } from '../backends/servers/redis.ts';
import { urlOf } from '../system/nodes/site.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/report.mjs', import.meta.url));
const SMALL = '--buyers 60 --seats 20 --seconds 2 --rate 20 --watchers 2 --workers 1 --connections 16'.split(
  ' ',
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'onrush-reports-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function made(words: readonly string[]): Promise<Record<string, RushReport>> {
  const to = mkdtempSync(join(folder, 'made-'));
  await promisify(execFile)(process.execPath, [SCRIPT, '--to', to, ...words, ...SMALL], {
    maxBuffer: 2 ** 24,
  });
  const names = readdirSync(to).filter((file) => file.endsWith('.json'));
  for (const name of names) expect(readdirSync(to)).toContain(name.replace('.json', '.html'));
  return Object.fromEntries(
    names.map((name) => [name, JSON.parse(readFileSync(join(to, name), 'utf8')) as RushReport]),
  );
}

const compared = (report: RushReport | undefined) => report?.comparison.map(({ label }) => label);

it('on one process is two sell-outs, each beside the other', async () => {
  const reports = await made([]);
  expect(Object.keys(reports).sort()).toEqual(['one-process-waiting-room.json', 'one-process.json']);
  expect(compared(reports['one-process.json'])).toEqual(['one process', 'one process, waiting room']);
  expect(compared(reports['one-process-waiting-room.json'])?.[0]).toBe('one process, waiting room');
  for (const report of Object.values(reports)) {
    expect(report.verdict.reasons).toEqual([]);
    expect(report.purchases).toBeGreaterThan(0);
  }
  expect(reports['one-process.json']?.line).toBeNull();
  expect(reports['one-process-waiting-room.json']?.line?.ratePerSecond).toBe(20);
});

it.runIf(['redis', 'postgres'].every(componentPresent))('with servers is four', async () => {
  const redis = await redisServer();
  try {
    const database = await (await onServer.postgres.started()).database();
    const servers = [
      '--redis',
      `redis://127.0.0.1:${redis.address.port}`,
      `--database=${urlOf('postgres', database)}`,
    ];
    const reports = await made(servers);
    expect(Object.keys(reports)).toHaveLength(4);
    expect(compared(reports['servers-waiting-room.json'])).toHaveLength(4);
    expect(JSON.stringify(reports)).not.toContain(database.password);
  } finally {
    await redis.stop();
    await stopServers();
  }
});
