import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { stopServers } from '../../backends/on-servers.ts';
import { type RedisServer, redisServer } from '../../backends/servers/redis.ts';
import { bodyOf, type Client, clientOf, expectRefusal, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { openSale, tryHold } from '../sale.ts';
import { called, gatedSale, join, openRoom, roomOf, standing, tryEnter, tryJoin } from '../waiting-line.ts';
import { type LineStream, openLine } from '../waiting-stream.ts';
import { Rush } from './rush-in-line.ts';
import { onSaleEverywhere } from './selling.ts';
import { describeOnNodes, type Site, type SiteNode, startSite, toRedis, twoOf } from './site.ts';

describeOnNodes('postgres')('a waiting room of two nodes', () => {
  let redis: RedisServer;
  let site: Site;
  let a: Client;
  let b: Client;
  beforeAll(async () => {
    redis = await redisServer();
    site = await startSite({ redis: toRedis(redis.address) });
    const [first, second] = twoOf(site);
    a = clientOf(first);
    b = clientOf(second);
  });
  beforeEach(async () => {
    await redis.recover();
    await site.recover();
  });
  afterAll(async () => {
    await site?.stop();
    await redis?.stop();
    await stopServers();
  });
  const organiser = () => organiserOf(twoOf(site)[0]);

  /** On sale, and its room open, at both nodes. */
  async function gated(seats: number, admission: Parameters<typeof gatedSale>[2] = {}) {
    const sale = await gatedSale(organiser(), seats, admission);
    await onSaleEverywhere(site, sale.eventId);
    await eventually(() => phaseAt(a, sale.eventId), 'before');
    bodyOf(await openRoom(organiserOf(twoOf(site)[1]), sale.eventId));
    for (const node of [a, b]) await eventually(() => phaseAt(node, sale.eventId), 'open');
    return sale;
  }

  it('is joined at one, watched and entered at the other, and bought in at both', async () => {
    const { eventId, seatIds } = await gated(2);
    const joined = await join(a, 'ann', eventId);
    expect(joined).toMatchObject({ place: 1, lane: 'normal' });
    const stream: LineStream = await openLine(twoOf(site)[1].url, eventId, 'ann');
    const token = await called(b, 'ann', eventId);
    const entered = bodyOf(await tryEnter(b, 'ann', eventId, token), 201);
    expectRefusal(await tryEnter(a, 'ann', eventId, token), { status: 409, code: 'ADMISSION_USED' });
    const session = { 'x-sale-session': entered.session };
    bodyOf(await tryHold(a, 'ann', eventId, seatIds.slice(0, 1), session), 201);
    bodyOf(await tryHold(b, 'ann', eventId, seatIds.slice(1), session), 201);
    expectRefusal(await tryHold(b, 'ben', eventId, seatIds.slice(1)), {
      status: 403,
      code: 'ADMISSION_REQUIRED',
    });
    stream.close();
  });

  it('calls people over the streams of both', async () => {
    const { eventId } = await gated(20, { rate_per_second: 20, burst: 1 });
    for (let each = 0; each < 10; each++) await join(each % 2 ? a : b, `watcher ${each}`, eventId);
    const streams = await Promise.all(
      [0, 1].map((node) => openLine(twoOf(site)[node === 0 ? 0 : 1].url, eventId, `watcher ${8 + node}`)),
    );
    for (const stream of streams) {
      await stream.until(({ type }) => type === 'SERVING' || type === 'ACTIVE');
      await stream.until(({ type }) => type === 'ACTIVE');
      stream.close();
    }
  });

  it('shows somebody out at every node at once', async () => {
    const { eventId, seatIds } = await gated(3);
    await join(a, 'ann', eventId);
    const token = await called(a, 'ann', eventId);
    const session = { 'x-sale-session': bodyOf(await tryEnter(a, 'ann', eventId, token), 201).session };
    for (const [at, node] of [a, b].entries()) {
      bodyOf(await tryHold(node, 'ann', eventId, seatIds.slice(at, at + 1), session), 201);
    }
    bodyOf(await organiser().post(`${roomOf(eventId)}/revoke`, { user_id: 'ann' }), 204);
    const hold = async (node: Client) =>
      (await tryHold(node, 'ann', eventId, seatIds.slice(2), session)).body;
    for (const node of [a, b]) {
      // Sooner than the gate would ask by itself.
      const shown = () => hold(node).then((body) => (body as { code?: string }).code);
      await eventually(shown, 'ADMISSION_INVALID');
    }
  });

  it('lets nobody stand before an empty stall, the claims being in Redis', async () => {
    const { eventId, seatIds } = await gated(2);
    for (const who of ['a', 'b', 'c']) await join(b, who, eventId);
    const token = await called(a, 'a', eventId);
    const session = { 'x-sale-session': bodyOf(await tryEnter(a, 'a', eventId, token), 201).session };
    await called(b, 'b', eventId);
    for (const [at, node] of [a, b].entries()) {
      bodyOf(await tryHold(node, 'a', eventId, seatIds.slice(at, at + 1), session), 201);
    }
    const binds = async () =>
      bodyOf(await organiser().get<{ binds: string }>(`${roomOf(eventId)}/stats`)).binds;
    await eventually(binds, 'inventory');
    expect((await standing(a, 'c', eventId)).status).toBe('WAITING');
  });

  it('is a rush in which the lead is killed: nobody loses his place, none is let in too soon', async () => {
    const { eventId } = await gated(500, { rate_per_second: 8, burst: 5, active_max: 400 });
    const rush = new Rush(site, eventId, 80);
    const fences = new Set([await fenceOf(site, eventId)]);
    const nodes = twoOf(site);
    // One of the two leads; when both have been killed, the lead was.
    for (const [at, node] of nodes.entries()) {
      await rush.called(10 + 30 * at);
      await node.kill();
      await eventually(() => statusAt(clientOf(nodes[1 - at] as SiteNode), eventId), 200);
      fences.add(await fenceOf(site, eventId));
      await node.start();
    }
    await rush.called(80);
    await rush.over();
    expect(fences.size, 'another lead came').toBeGreaterThan(1);
    expect(rush.violations).toEqual([]);
    expect(rush.refusals.some(({ status, retryAfter }) => status === 503 && retryAfter >= 1)).toBe(true);
    expect(await mostWithin(site, eventId, 1_000)).toBeLessThanOrEqual(13);
    expect((await site.verified()).findings).toEqual([]);
  });

  it('goes on when its lead freezes, and takes nothing from it when it wakes up', async () => {
    const { eventId } = await gated(500, { rate_per_second: 5, burst: 1, active_max: 400 });
    const rush = new Rush(site, eventId, 60);
    const fences = new Set<number>();
    for (const { program } of twoOf(site)) {
      fences.add(await fenceOf(site, eventId));
      process.kill(program.pid, 'SIGSTOP');
      try {
        await delay(7_000);
        fences.add(await fenceOf(site, eventId));
      } finally {
        process.kill(program.pid, 'SIGCONT');
      }
      await rush.called(rush.ready + 10);
    }
    await rush.over();
    expect(fences.size, 'another lead came').toBeGreaterThan(1);
    expect(rush.violations).toEqual([]);
    expect(await mostWithin(site, eventId, 1_000)).toBeLessThanOrEqual(6);
  });

  it('is closed while Redis has forgotten it, then as it was', async () => {
    const { eventId } = await gated(100, { rate_per_second: 10, burst: 1, active_max: 20 });
    for (let each = 0; each < 40; each++) await join(each % 2 ? a : b, `kept ${each}`, eventId);
    const before = new Map<string, number>();
    for (let each = 0; each < 40; each++) {
      const { place } = await standing(a, `kept ${each}`, eventId);
      before.set(`kept ${each}`, place as number);
    }
    await redis.command('flushall');
    for (const [userId, place] of before) {
      for (const node of [a, b]) {
        const look = async () =>
          (await node.as(userId).get<{ place: number }>(`${roomOf(eventId)}/status`)).body;
        await eventually(async () => (await look()).place, place);
      }
    }
    await eventually(() => mostWithin(site, eventId, 3_600_000), 20);
    expect(await mostWithin(site, eventId, 1_000)).toBeLessThanOrEqual(11);
  });

  it('stays shut when it cannot be asked, unless the organiser wants it open', async () => {
    const rows = { claim_strategy: 'optimistic' } as const;
    const sales = await Promise.all(
      (['closed', 'open'] as const).map((when_lost) =>
        openSale(organiser(), {
          rows: 1,
          seatsInRow: 2,
          event: { ...rows, admission: { mode: 'waiting_room', when_lost, rate_per_second: 10 } },
        }),
      ),
    );
    for (const { eventId } of sales) {
      await onSaleEverywhere(site, eventId);
      await eventually(() => phaseAt(b, eventId), 'before');
      expectRefusal(await tryHold(b, 'early', eventId, [1]), { status: 403, code: 'ADMISSION_REQUIRED' });
    }
    const [shut, open] = sales as [(typeof sales)[0], (typeof sales)[0]];
    await redis.kill();
    const refused = async () => tryJoin(b, 'ann', shut.eventId);
    const answer = await eventually(refused, ({ status }) => status === 503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    const look = () => b.get<string>(roomOf(shut.eventId), { accept: 'text/html' });
    const page = await eventually(look, ({ status }) => status === 503);
    expect(page.text).toContain('Your place is kept.');
    expect(Number(page.headers.refresh)).toBeGreaterThan(0);
    expectRefusal(await tryHold(b, 'ann', shut.eventId, shut.seatIds), {
      status: 403,
      code: 'ADMISSION_REQUIRED',
    });
    const bought = () => tryHold(b, 'ann', open.eventId, open.seatIds.slice(0, 1));
    await eventually(
      async () => (await bought()).status,
      (status) => status === 201 || status === 409,
      {
        seconds: 20,
      },
    );
    await redis.start();
    await eventually(() => phaseAt(b, shut.eventId), 'before');
    // Each room gets its lead by itself.
    const triesAgain = async () => (await tryHold(b, 'ben', open.eventId, open.seatIds)).status;
    await eventually(triesAgain, 403);
  });
});

async function phaseAt(node: Client, eventId: number): Promise<string | undefined> {
  return (await node.get<{ phase?: string }>(roomOf(eventId))).body.phase;
}

/** What somebody in line is answered; not what a node remembers of the room. */
async function statusAt(node: Client, eventId: number): Promise<number> {
  return (await node.as('rusher 0').get(`${roomOf(eventId)}/status`)).status;
}

/** The number under which the room is led. */
async function fenceOf(site: Site, eventId: number): Promise<number> {
  const rows = await site.query<{ fence: number }>('SELECT fence FROM waiting_room_lead WHERE event_id = ?', [
    eventId,
  ]);
  return Number(rows[0]?.fence ?? 0);
}

/** The most people that were called within so many milliseconds, as the ledger has it; nobody has come in yet. */
async function mostWithin(site: Site, eventId: number, millis: number): Promise<number> {
  const rows = await site.query<{ called: number }>(
    `SELECT until_at AS called FROM waiting_place WHERE event_id = ? AND admission IS NOT NULL ORDER BY until_at`,
    [eventId],
  );
  const times = rows.map(({ called: at }) => Number(at));
  return Math.max(0, ...times.map((from) => times.filter((at) => at > from - millis && at <= from).length));
}
