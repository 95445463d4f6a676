import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request as send } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { componentPresent } from '../backends/registry.ts';
import { freePort } from '../backends/servers/free-port.ts';
import { toolAt } from '../backends/tools.ts';
import { clientOf, organiserOf } from '../system/client.ts';
import { eventually } from '../system/eventually.ts';
import { openMapSocket } from '../system/map-stream.ts';
import { dashboardQueries, ruleQueries } from '../system/observed.ts';
import { type Program, startProgram } from '../system/program.ts';
import { buy, openSale, tryHold, tryPay } from '../system/sale.ts';
import { gatedSale } from '../system/waiting-line.ts';

const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url));
const SEATS = 8;

/** Something of each kind that the dashboards show: a hall is sold while somebody watches, and some are refused. */
async function liven(program: Program): Promise<void> {
  const [anyone, organiser] = [clientOf(program), organiserOf(program)];
  const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: SEATS });
  const watcher = await openMapSocket(`${program.url}/api/v1/ws/events/${eventId}/map`);
  for (const seat of seatIds) {
    const { booking_id } = await buy(anyone, 'ann', eventId, [seat]);
    expect((await tryPay(anyone, 'ann', booking_id, 'another payment')).status).toBe(409);
  }
  await watcher.until((frame) => frame.type === 'patch');
  watcher.close();
  const gated = await gatedSale(organiser, 1);
  expect((await tryHold(anyone, 'bob', gated.eventId, gated.seatIds)).status).toBe(403);
}

describe.runIf(componentPresent('promtool'))('promtool', () => {
  const promtool = (...words: string[]) =>
    execFileSync(toolAt('promtool') as string, words, { cwd: `${DEPLOY}/prometheus`, encoding: 'utf8' });

  it('understands the configuration', () => {
    expect(promtool('check', 'config', 'prometheus.yml')).toContain('SUCCESS');
  });

  it('finds that every alert fires on its bad night, and none on a good one', () => {
    expect(promtool('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
  });
});

describe.runIf(componentPresent('amtool'))('amtool', () => {
  const amtool = (...words: string[]) =>
    execFileSync(toolAt('amtool') as string, words, {
      cwd: `${DEPLOY}/alertmanager`,
      encoding: 'utf8',
    }).trim();
  const routed = (severity: string) =>
    amtool('config', 'routes', 'test', '--config.file=alertmanager.yml', `severity=${severity}`);

  it('understands the configuration, and wakes somebody for what is critical', () => {
    expect(amtool('check-config', 'alertmanager.yml')).toContain('SUCCESS');
    expect(routed('critical')).toBe('on-call');
    expect(routed('warning')).toBe('operators');
  });
});

describe.runIf(componentPresent('prometheus'))('a Prometheus with this configuration', () => {
  let folder: string;
  let program: Program;
  let prometheus: ChildProcess;
  let url: string;
  beforeAll(async () => {
    program = await startProgram({ env: { METRICS_PORT: '0' } });
    const target = /metrics\s+http:\/\/(\S+)\/metrics/.exec(program.output())?.[1] ?? '';
    folder = mkdtempSync(join(tmpdir(), 'onrush-prometheus-'));
    cpSync(`${DEPLOY}/prometheus`, folder, { recursive: true });
    const file = join(folder, 'prometheus.yml');
    const text = readFileSync(file, 'utf8')
      .replace(/ {4}dns_sd_configs:\n(?: {6}.*\n)+/, `    static_configs:\n      - targets: ["${target}"]\n`)
      .replace(/5s$/gm, '1s')
      .replace('scrape_timeout: 4s', 'scrape_timeout: 1s');
    writeFileSync(file, text);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const words = [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`];
    prometheus = spawn(toolAt('prometheus') as string, [...words, `--web.listen-address=127.0.0.1:${port}`], {
      stdio: 'ignore',
    });
    await liven(program);
    await eventually(async () => (await asked('up{job="onrush"} == 1').catch(() => [])).length, 1, {
      seconds: 30,
    });
  });
  afterAll(async () => {
    if (prometheus) {
      const ended = once(prometheus, 'exit');
      prometheus.kill('SIGTERM');
      await ended;
    }
    await program?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function asked(query: string): Promise<{ value: [number, string] }[]> {
    const { statusCode, body } = await send(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const answer = (await body.json()) as { error?: string; data: { result: { value: [number, string] }[] } };
    if (statusCode !== 200) throw new Error(`${query}: ${answer.error}`);
    return answer.data.result;
  }

  it('scrapes a node and evaluates every rule', async () => {
    await eventually(async () => (await asked('onrush:requests:rate1m')).length, 1);
    const { body } = await send(`${url}/api/v1/rules`);
    const { data } = (await body.json()) as {
      data: { groups: { rules: { name: string; health: string }[] }[] };
    };
    const rules = data.groups.flatMap((group) => group.rules);
    await eventually(
      async () => rules.filter(({ health }) => health === 'err'),
      (broken) => broken.length === 0,
    );
    expect(rules.length).toBeGreaterThan(30);
  });

  it('understands every query of the dashboards and the rules', async () => {
    for (const { at, query } of [...dashboardQueries(), ...ruleQueries()])
      await expect(asked(query), at).resolves.toBeInstanceOf(Array);
  });

  it('has an answer to every query of the dashboards, on a night without a single error, too', async () => {
    const silent = async () => {
      const found = await Promise.all(
        dashboardQueries().map(async ({ at, query }) => ({ at, answers: await asked(query) })),
      );
      return found.filter(({ answers }) => answers.length === 0).map(({ at }) => at);
    };
    await eventually(silent, (empty) => empty.length === 0, { seconds: 60, everyMillis: 1_000 });
  });

  it('knows what was sold', async () => {
    await eventually(async () => (await asked('max(sales_total)'))[0]?.value[1], `${SEATS}`);
    expect(await asked('ALERTS{alertname=~"Oversell|InvariantViolated|NodeDown|BackEndDown"}')).toEqual([]);
  });
});
