import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { QueueStats, RequestAccepted, RequestView } from '../../../src/contract/request-queue.ts';
import { stopServers } from '../../backends/on-servers.ts';
import { type RedisServer, redisServer } from '../../backends/servers/redis.ts';
import { bodyOf, clientOf, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { openQueueEvents, openQueueSocket } from '../queue-stream.ts';
import { type OpenSale, openSale } from '../sale.ts';
import { onSaleEverywhere } from './selling.ts';
import { describeOnNodes, type Site, type SiteNode, startSite, toRedis, twoOf } from './site.ts';

afterAll(stopServers);

/** Longer than a silent worker keeps what it has. */
const REPLACED_SECONDS = 45;
const MANY = 1_500;

describeOnNodes('postgres')('the request queue of two nodes', () => {
  let redis: RedisServer;
  let site: Site;
  beforeAll(async () => {
    redis = await redisServer();
    const env = { RESERVATION_TIMEOUT_SECONDS: '900', MAX_HOLD_TOTAL_SECONDS: '1800', QUEUE_BATCH: '20' };
    site = await startSite({ redis: toRedis(redis.address), env });
  });
  beforeEach(() => site.recover());
  afterAll(async () => {
    await site?.stop();
    await redis?.stop();
  });
  const nodes = () => twoOf(site);
  const onSale = async (hall: { rows: number; seatsInRow: number }): Promise<OpenSale> => {
    const sale = await openSale(organiserOf(nodes()[0]), hall);
    await onSaleEverywhere(site, sale.eventId);
    return sale;
  };
  const tryAsk = (node: SiteNode, userId: string, eventId: number, seatIds: readonly number[]) =>
    clientOf(node).as(userId).post<RequestAccepted>('/api/v2/reservations', {
      event_id: eventId,
      seat_ids: seatIds,
      user_id: userId,
    });
  const ask = async (...asked: Parameters<typeof tryAsk>) => bodyOf(await tryAsk(...asked), 202);
  const look = async (node: SiteNode, userId: string, requestId: string) =>
    bodyOf(await clientOf(node).as(userId).get<RequestView>(`/api/v2/reservations/${requestId}`));
  const over = (node: SiteNode, userId: string, requestId: string, seconds = 60) =>
    eventually(
      () => look(node, userId, requestId),
      ({ status }) => status !== 'pending' && status !== 'processing',
      { seconds },
    );

  it('is listed, and well, at both', async () => {
    for (const node of nodes()) {
      const health = bodyOf(await clientOf(node).get<{ api_versions: string[] }>('/health'));
      expect(health.api_versions).toEqual(['v1', 'v2']);
      expect(bodyOf(await clientOf(node).get('/api/v2/queue/health'))).toEqual({
        status: 'healthy',
        redis: 'connected',
        backend: 'redis',
      });
    }
  });

  it('takes a request at one node, serves it once, and tells who watches at either', async () => {
    const [a, b] = nodes();
    const { eventId, seatIds } = await onSale({ rows: 1, seatsInRow: 2 });
    const channels = await Promise.all(
      [a, b].map(({ url }) =>
        openQueueSocket(`${url}/api/v2/ws/user/ann?user_id=ann`, { 'x-user-id': 'ann' }),
      ),
    );
    const { request_id } = await ask(a, 'ann', eventId, seatIds);
    const path = `${b.url}/api/v2/reservations/${request_id}/events`;
    const stream = await openQueueEvents(path, { 'x-user-id': 'ann' });
    const told = await stream.until('reservation_complete');
    const done = await look(b, 'ann', request_id);
    expect(told.data?.result?.data.reservation_ids).toEqual(done.result?.data.reservation_ids);
    expect(done.status).toBe('completed');
    for (const channel of channels) {
      await channel.until('reservation_complete');
      const ends = channel.frames.filter(({ type }) => type === 'reservation_complete');
      expect(ends.map((frame) => frame.request_id)).toEqual([request_id]);
      channel.close();
    }
    stream.close();
  });

  it('serves in the order of acceptance, whichever node accepted', async () => {
    const { eventId, seatIds } = await onSale({ rows: 1, seatsInRow: 1 });
    const asked = [];
    for (let turn = 0; turn < 20; turn++) {
      const userId = `racer-${turn}`;
      const { request_id } = await ask(nodes()[turn % 2] as SiteNode, userId, eventId, seatIds);
      asked.push({ userId, requestId: request_id });
    }
    const ends = await Promise.all(asked.map((each) => over(nodes()[1], each.userId, each.requestId)));
    expect(ends.map(({ status }) => status)).toEqual(['completed', ...Array(19).fill('failed')]);
  });

  it('cancels at one node what the other has not begun, and such a request yields nothing', async () => {
    const [a, b] = nodes();
    const { eventId, seatIds } = await onSale({ rows: 6, seatsInRow: 20 });
    const asked = await Promise.all(
      seatIds.map(async (seat, index) => {
        const userId = `waverer-${index}`;
        return { userId, seat, requestId: (await ask(a, userId, eventId, [seat])).request_id };
      }),
    );
    const cancelled = new Set<number>();
    await Promise.all(
      asked.map(async ({ userId, seat, requestId }) => {
        const { status } = await clientOf(b).as(userId).delete(`/api/v2/reservations/${requestId}`);
        if (status === 204) cancelled.add(seat);
        else expect(status).toBe(409);
      }),
    );
    const ends = await Promise.all(asked.map((each) => over(b, each.userId, each.requestId)));
    for (const [index, { status }] of ends.entries())
      expect(status).toBe(cancelled.has(asked[index]?.seat ?? 0) ? 'cancelled' : 'completed');
    const held = await site.query<{ seat_id: number }>('SELECT seat_id FROM hold WHERE event_id = ?', [
      eventId,
    ]);
    expect(held.filter(({ seat_id }) => cancelled.has(seat_id))).toEqual([]);
  });

  it('counts what waits, and empties its lanes; what is no request there is put aside', async () => {
    const { eventId, seatIds } = await onSale({ rows: 1, seatsInRow: 10 });
    const lane = `ticketing:queue:${eventId}:normal`;
    await redis.command('xadd', lane, '*', 'garbage', '{"price":');
    await Promise.all(
      seatIds.map((seat, index) => ask(nodes()[index % 2] as SiteNode, `s-${index}`, eventId, [seat])),
    );
    const stats = async (node: SiteNode) =>
      bodyOf(await clientOf(node).get<QueueStats>(`/api/v2/queue/stats/${eventId}`)).total_pending;
    for (const node of nodes()) await eventually(() => stats(node), 0);
    await eventually(async () => (await redis.command('xlen', lane)).trim(), '0');
    expect(await redis.command('xrange', `ticketing:queue:${eventId}:dead`, '-', '+')).toContain('garbage');
  });

  /** So many requests for a seat each, of which those that were answered with 202 are known. */
  async function flood(clients: () => readonly SiteNode[]) {
    const sale = await onSale({ rows: 30, seatsInRow: MANY / 30 });
    const accepted: { userId: string; requestId: string; seat: number }[] = [];
    let next = 0;
    const send = async () => {
      for (let at = next++; at < sale.seatIds.length; at = next++) {
        const userId = `flood-${sale.eventId}-${at}`;
        const seat = sale.seatIds[at] as number;
        const among = clients();
        const node = among[at % among.length] as SiteNode;
        const answer = await tryAsk(node, userId, sale.eventId, [seat]).catch(() => undefined);
        if (answer?.status === 202) accepted.push({ userId, requestId: answer.body.request_id, seat });
      }
    };
    const sending = Promise.all(Array.from({ length: 32 }, send));
    return { ...sale, accepted, sending };
  }

  /** Every request that was accepted has come to its end, and each has its seat once. */
  async function expectServedOnce(
    { eventId, accepted }: Awaited<ReturnType<typeof flood>>,
    at: SiteNode,
  ): Promise<void> {
    const last = accepted.at(-1);
    if (last) await over(at, last.userId, last.requestId, REPLACED_SECONDS);
    const ends = [];
    for (const each of accepted) ends.push(await over(at, each.userId, each.requestId, REPLACED_SECONDS));
    expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(['completed']));
    const ids = ends.flatMap(({ result }) => result?.data.reservation_ids ?? []);
    expect(new Set(ids).size).toBe(accepted.length);
    const rows = () =>
      site.query<{ seat_id: number; holds: number }>(
        'SELECT seat_id, count(*) AS holds FROM hold WHERE event_id = ? GROUP BY seat_id',
        [eventId],
      );
    const held = await eventually(rows, (found) => found.length >= accepted.length);
    expect(held.filter(({ holds }) => holds !== 1)).toEqual([]);
    const unfinished = () =>
      site.query('SELECT request_id FROM seat_request WHERE event_id = ? AND ended_at IS NULL', [eventId]);
    await eventually(unfinished, (rest) => rest.length === 0);
  }

  it('goes on when a worker is killed: every request that was accepted is served once', async () => {
    for (const victim of [0, 1] as const) {
      const [killed, other] = [nodes()[victim], nodes()[1 - victim] as SiteNode];
      let dead = false;
      const flooding = await flood(() => (dead ? [other] : nodes()));
      await eventually(() => flooding.accepted.length > MANY / 3, true);
      await killed.kill();
      dead = true;
      await flooding.sending;
      await expectServedOnce(flooding, other);
      await killed.start();
    }
  });

  it('goes on when a worker freezes, who does nothing twice when he thaws', async () => {
    const [frozen, other] = nodes();
    let stopped = false;
    const flooding = await flood(() => (stopped ? [other] : nodes()));
    await eventually(() => flooding.accepted.length > MANY / 3, true);
    stopped = true;
    process.kill(frozen.program.pid, 'SIGSTOP');
    try {
      // What is on its way to him is answered when he thaws; what he keeps locked in the ledger, others wait for.
      const seat = flooding.seatIds.at(-1) as number;
      const last = await eventually(
        () => tryAsk(other, 'late', flooding.eventId, [seat]),
        ({ status }) => status === 202,
        { seconds: REPLACED_SECONDS },
      );
      await over(other, 'late', last.body.request_id, REPLACED_SECONDS);
    } finally {
      process.kill(frozen.program.pid, 'SIGCONT');
    }
    await flooding.sending;
    const others = flooding.accepted.filter(({ seat }) => seat !== flooding.seatIds.at(-1));
    await expectServedOnce({ ...flooding, accepted: others }, other);
  });

  it('goes on when Redis is emptied: every request that was accepted ends', async () => {
    const flooding = await flood(nodes);
    await eventually(() => flooding.accepted.length > MANY / 3, true);
    await redis.command('flushall');
    await eventually(() => flooding.accepted.length > (2 * MANY) / 3, true);
    await redis.command('flushall');
    await flooding.sending;
    const [, b] = nodes();
    for (const each of flooding.accepted) await over(b, each.userId, each.requestId, REPLACED_SECONDS);
    for (const lane of ['high', 'normal', 'low']) {
      const key = `ticketing:queue:${flooding.eventId}:${lane}`;
      await eventually(async () => (await redis.command('xlen', key)).trim(), '0');
    }
  });

  it('leaves a ledger in which nothing contradicts', async () => {
    expect((await site.verified()).findings).toEqual([]);
  });
});
