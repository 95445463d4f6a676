import { execFileSync } from 'node:child_process';
import { request as send } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { componentPresent } from '../backends/registry.ts';
import { toolAt } from '../backends/tools.ts';
import { clientOf, organiserOf } from '../system/client.ts';
import { eventually } from '../system/eventually.ts';
import { openMapSocket } from '../system/map-stream.ts';
import { dashboardQueries, ruleQueries } from '../system/observed.ts';
import { type Program, startProgram } from '../system/program.ts';
import { buy, openSale, tryHold, tryPay } from '../system/sale.ts';
import { gatedSale } from '../system/waiting-line.ts';
import { DEPLOY, type Server } from './as-composed.ts';
import { prometheusServer } from './prometheus-server.ts';

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

describe.runIf(componentPresent('prometheus'))('a Prometheus with this configuration', () => {
  let program: Program;
  let prometheus: Server;
  beforeAll(async () => {
    program = await startProgram({ env: { METRICS_PORT: '0' } });
    const node = /metrics\s+http:\/\/(\S+)\/metrics/.exec(program.output())?.[1] ?? '';
    prometheus = await prometheusServer({ node });
    await liven(program);
    await eventually(async () => (await asked('up{job="onrush"} == 1').catch(() => [])).length, 1, {
      seconds: 30,
    });
  });
  afterAll(async () => {
    await prometheus?.stop();
    await program?.stop();
  });

  async function asked(query: string): Promise<{ value: [number, string] }[]> {
    const { statusCode, body } = await send(
      `${prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`,
    );
    const answer = (await body.json()) as { error?: string; data: { result: { value: [number, string] }[] } };
    if (statusCode !== 200) throw new Error(`${query}: ${answer.error}`);
    return answer.data.result;
  }

  it('scrapes a node and evaluates every rule', async () => {
    await eventually(async () => (await asked('onrush:requests:rate1m')).length, 1);
    const { body } = await send(`${prometheus.url}/api/v1/rules`);
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
