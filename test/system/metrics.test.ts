import { readFileSync } from 'node:fs';
import { request as send } from 'undici';
import { describe, expect, it } from 'vitest';
import { bodyOf } from './client.ts';
import { eventually } from './eventually.ts';
import { type Exposition, expositionOf } from './exposition.ts';
import { openMapSocket } from './map-stream.ts';
import { metricsAskedFor } from './observed.ts';
import { buy, hold, openSale, tryHold } from './sale.ts';
import { sharedProgram } from './shared-program.ts';
import { gatedSale, join, openRoom } from './waiting-line.ts';

const { program, anyone, organiser } = sharedProgram({
  METRICS_PORT: '0',
  RESERVATION_TIMEOUT_SECONDS: '1',
  PAYMENT_DELAY_MS: '20',
});

const operators = () => /metrics\s+(http:\S+)\/metrics/.exec(program.output())?.[1] ?? '';
async function scraped(): Promise<Exposition> {
  const { statusCode, body } = await send(`${operators()}/metrics`);
  expect(statusCode).toBe(200);
  return expositionOf(await body.text());
}
/** Of several figures one look serves for a second. */
const told = (name: string, labels: Record<string, string>, wanted: (value: number) => boolean) =>
  eventually(
    async () => (await scraped()).value(name, labels),
    (value) => value !== undefined && wanted(value),
  );

describe('the figures', () => {
  it('count what becomes of seats, and what is refused', async () => {
    const before = await scraped();
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 4 });
    await buy(anyone, 'ann', eventId, seatIds.slice(0, 1));
    await hold(anyone, 'bob', eventId, seatIds.slice(1, 3));
    await tryHold(anyone, 'cid', eventId, seatIds.slice(0, 1));
    const grown = (after: Exposition, name: string, labels = {}) =>
      (after.value(name, labels) ?? 0) - (before.value(name, labels) ?? 0);
    await told('hold_expiries_total', {}, (count) => count >= 2 + (before.value('hold_expiries_total') ?? 0));
    const after = await scraped();
    expect(grown(after, 'holds_total')).toBe(3);
    expect(grown(after, 'sales_total')).toBe(1);
    expect(grown(after, 'refusals_total', { code: 'SEATS_TAKEN' })).toBe(1);
    expect(after.value('oversell_total')).toBe(0);
  });

  it('show how seats stand', async () => {
    const sold = (await scraped()).value('seats', { state: 'SOLD' }) ?? 0;
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 4 });
    await buy(anyone, 'ann', eventId, seatIds);
    await told('seats', { state: 'SOLD' }, (count) => count === sold + 4);
  });

  it('time the payment provider and the live map', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 4 });
    const stream = await openMapSocket(`${program.url}/api/v1/ws/events/${eventId}/map`);
    await buy(anyone, 'ann', eventId, seatIds);
    await stream.until((frame) => frame.type === 'patch');
    const during = await scraped();
    expect(during.value('streams_open')).toBe(1);
    expect(during.value('map_watchers')).toBe(1);
    expect(during.value('map_delay_seconds_count')).toBeGreaterThan(0);
    const asked = { operation: 'authorize', outcome: 'answered' };
    expect(during.value('payment_provider_seconds_count', asked)).toBeGreaterThan(0);
    expect(during.value('payment_provider_seconds_sum', asked)).toBeGreaterThanOrEqual(0.02);
    expect(during.value('payment_breaker', { state: 'closed' })).toBe(1);
    stream.close();
  });

  it('show who waits in line', async () => {
    const { eventId } = await gatedSale(organiser, 5, { active_max: 1 });
    for (const buyer of ['ann', 'bob', 'cid']) await join(anyone, buyer, eventId);
    await told('waiting_room_waiting', { lane: 'normal' }, (count) => count === 3);
    await told('waiting_room_age_seconds', {}, (seconds) => seconds > 0);
    bodyOf(await openRoom(organiser, eventId));
    await told('waiting_room_ready', { lane: 'normal' }, (count) => count === 1);
  });

  it('say which version runs, on what, and how late it is', async () => {
    const now = await scraped();
    expect(now.value('build_info')).toBe(1);
    expect(now.value('backend_up', { backend: 'ledger' })).toBe(1);
    expect(now.value('commit_seconds_count')).toBeGreaterThan(0);
    expect(now.names).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  it('are all that dashboards, rules and alerts ask for', async () => {
    const { names } = await scraped();
    const asked = [...metricsAskedFor()];
    expect(asked.length).toBeGreaterThan(20);
    expect(
      asked.filter((name) => !names.has(name) && !names.has(name.replace(/_(bucket|sum|count)$/, ''))),
    ).toEqual([]);
  });

  it('stand in docs/metrics.md, and nothing else does', async () => {
    const { names } = await scraped();
    const ours = [...names].filter((name) => !/^(nodejs|process)_/.test(name));
    const text = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
    const described = [...text.matchAll(/^\| `(\w+)/gm)].map(([, name]) => name);
    expect(described.sort()).toEqual(ours.sort());
  });

  it('grow neither with the buyers nor with what they ask for', async () => {
    const ask = async (round: string) => {
      const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 3 });
      for (const buyer of ['ann', 'bob']) {
        await tryHold(anyone, `${buyer}-${round}`, eventId, seatIds.slice(0, 1));
        await anyone.as(`${buyer}-${round}`).get(`/api/v1/events/${eventId}?canary=${round}`);
        await anyone.as(`${buyer}-${round}`).get(`/no/such/path/${round}`);
      }
      return (await scraped()).series;
    };
    const first = await ask('first');
    for (const round of ['second', 'third']) expect(await ask(round)).toBe(first);
  });
});

describe('the port of the operators', () => {
  it('tells health, and nothing else', async () => {
    const status = async (path: string, method: 'GET' | 'POST' = 'GET') => {
      const { statusCode, body } = await send(operators() + path, { method });
      await body.dump();
      return statusCode;
    };
    expect(await status('/health')).toBe(200);
    expect(await status('/ready')).toBe(200);
    expect(await status('/metrics', 'POST')).toBe(404);
    for (const path of ['/', '/api/v1/events', '/metrics/../api/v1/events', '/metrics?x=1'])
      expect(await status(path), path).toBe(404);
  });
});
