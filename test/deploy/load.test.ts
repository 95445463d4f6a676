import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { componentPresent } from '../backends/registry.ts';
import { freePort } from '../backends/servers/free-port.ts';
import { toolAt } from '../backends/tools.ts';
import { clientOf, organiserOf } from '../system/client.ts';
import { eventually } from '../system/eventually.ts';
import { buy, openSale } from '../system/sale.ts';
import { sharedProgram } from '../system/shared-program.ts';

const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url));
const K6_SCRIPTS = readdirSync(join(DEPLOY, 'k6')).filter((file) => file !== 'sale.js');

interface Ended {
  code: number;
  output: string;
}

interface LocustStats {
  stats: { name: string; num_requests: number; num_failures: number }[];
  errors: unknown[];
}

function bought(seen: LocustStats | undefined): number {
  const paid = seen?.stats.find(({ name }) => name.includes('confirm-payment'));
  return paid ? paid.num_requests - paid.num_failures : 0;
}

async function run(tool: string, words: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const options = {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    maxBuffer: 2 ** 26,
  };
  return promisify(execFile)(tool, words, options).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      output: stdout + stderr,
    }),
  );
}

describe('in small, against a running program', () => {
  const { program } = sharedProgram();

  describe.runIf(componentPresent('k6'))('k6', () => {
    // How quick this machine is today is no matter of a test: every other threshold holds.
    const small = { VUS: '5', SECONDS: '2', SEATS: '40', P95_MS: '60000', PROPAGATION_MS: '60000' };
    const k6 = (script: string, more: Record<string, string> = {}) => {
      const env = { ...small, URL: program.url, TOKEN: program.adminToken, ...more };
      const words = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
      return run(toolAt('k6') as string, [
        'run',
        '--no-color',
        '--quiet',
        ...words,
        resolve(DEPLOY, 'k6', script),
      ]);
    };

    it.each(K6_SCRIPTS)('%s keeps its thresholds', async (script) => {
      const { code, output } = await k6(script);
      expect(code, output).toBe(0);
      expect(output).toMatch(/http_reqs\.*: [1-9]/);
    });

    it('fails where a threshold is broken', async () => {
      const { code, output } = await k6('hold-clash.js', { P95_MS: '0.001' });
      expect(code, output).toBe(99);
    });

    it('fails where nobody got through, though nothing that k6 measured is bad', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'onrush-k6-'));
      const script = join(folder, 'idle.js');
      const lines = [
        `import { crowd, makeSale } from '${DEPLOY}/k6/sale.js';`,
        "export const options = crowd('idle');",
        'export const setup = () => makeSale(1);',
        'export const idle = () => {};',
      ];
      writeFileSync(script, lines.join('\n'));
      const { code, output } = await k6(script, { VUS: '1', SECONDS: '1' });
      rmSync(folder, { recursive: true });
      expect(code, output).toBe(99);
      expect(output).toContain("metrics 'got_through'");
    });
  });

  describe.runIf(componentPresent('locust'))('locust', () => {
    const locust = (words: readonly string[]) =>
      run(toolAt('locust') as string, ['-f', join(DEPLOY, 'locust', 'locustfile.py'), ...words], {
        TOKEN: program.adminToken,
        SEATS: '40',
      });

    it('Buyer buys', async () => {
      const words = [
        '--headless',
        '-u',
        '5',
        '-r',
        '5',
        '-t',
        '4s',
        '--host',
        program.url,
        '--only-summary',
        'Buyer',
      ];
      const { code, output } = await locust(words);
      expect(code, output).toBe(0);
      expect(output).toMatch(/confirm-payment +[1-9]\d* +0\(/);
    });

    it('TrainCrowd of two hundred reserves, looks and works the queue, and nothing fails', async () => {
      const words = ['--headless', '-u', '200', '-r', '200', '-t', '10s', '--host', program.url];
      const { code, output } = await locust([...words, '--only-summary', 'TrainCrowd']);
      expect(code, output).toBe(0);
      for (const path of [
        '/reserve',
        '/status/.user_id.',
        '/health',
        '/process_queue',
        '/admin/reset',
        'Aggregated',
      ])
        expect(output.replaceAll(/ +/g, ' ')).toMatch(new RegExp(`${path} [1-9]\\d* 0\\(`));
    });

    it('is steered on its page', async () => {
      const port = String(await freePort());
      const words = ['-f', join(DEPLOY, 'locust', 'locustfile.py'), 'Buyer', '--host', program.url];
      const page = `http://127.0.0.1:${port}`;
      const child = spawn(
        toolAt('locust') as string,
        [...words, '--web-host', '127.0.0.1', '--web-port', port],
        {
          env: { PATH: process.env.PATH ?? '', TOKEN: program.adminToken, SEATS: '40' },
          stdio: 'ignore',
        },
      );
      const ended = once(child, 'exit');
      try {
        const get = (path: string) => fetch(page + path).catch(() => undefined);
        await eventually(async () => (await get('/'))?.status, 200);
        expect(await (await get('/'))?.text()).toContain('<title>Locust</title>');
        const started = await fetch(`${page}/swarm`, {
          method: 'POST',
          body: new URLSearchParams({ user_count: '3', spawn_rate: '3', host: program.url }),
        });
        expect(await started.json()).toMatchObject({ success: true });
        await eventually(
          async () => bought((await (await get('/stats/requests'))?.json()) as LocustStats | undefined),
          (count) => count > 0,
        );
        const stopped = await fetch(`${page}/stop`, { method: 'POST' });
        expect(await stopped.json()).toMatchObject({ success: true });
        const seen = (await (await get('/stats/requests'))?.json()) as LocustStats | undefined;
        expect(seen?.errors).toEqual([]);
      } finally {
        child.kill('SIGTERM');
        await ended;
      }
    });

    it('TrainCrowd has the weights of seed 002', async () => {
      const { output } = await locust(['--show-task-ratio-json', 'TrainCrowd']);
      const text = output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1);
      const { total } = JSON.parse(text) as {
        total: { TrainCrowd: { tasks: Record<string, { ratio: number }> } };
      };
      const weights = Object.entries(total.TrainCrowd.tasks).map(([name, { ratio }]) => [
        name,
        Math.round(ratio * 11),
      ]);
      expect(Object.fromEntries(weights)).toEqual({
        reserve: 4,
        status: 3,
        health: 2,
        process_queue: 1,
        reset: 1,
      });
    });
  });

  it('leave a program that still sells', async () => {
    const { eventId, seatIds } = await openSale(organiserOf(program), { rows: 1, seatsInRow: 1 });
    expect((await buy(clientOf(program), 'ann', eventId, seatIds)).status).toBe('CONFIRMED');
  });
});
