import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RequestAccepted, RequestView } from '../../../src/contract/request-queue.ts';
import { stopServers } from '../../backends/on-servers.ts';
import { otlpReceiver } from '../../backends/otlp-receiver.ts';
import { componentPresent } from '../../backends/registry.ts';
import { freePort } from '../../backends/servers/free-port.ts';
import { type KafkaServer, kafkaServer } from '../../backends/servers/kafka.ts';
import { type RedisServer, redisServer } from '../../backends/servers/redis.ts';
import { bodyOf, clientOf, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { failedStart, freshFolder, type Program, startProgram } from '../program.ts';
import { buy, openSale } from '../sale.ts';
import { expectOneTrace } from './one-trace.ts';
import { heardOfSale, startParts } from './parts.ts';
import { describeOnNodes, SHARED, type Site, startSite, toRedis, twoOf } from './site.ts';

interface Health {
  status: string;
  backends: Record<string, string>;
}

describe.runIf(componentPresent('kafka'))('a process alone with Kafka', () => {
  it('brings its requests and messages by Kafka, and finds them there when it is started again', async () => {
    const kafka = await kafkaServer();
    const dataDir = freshFolder();
    const env = { EVENT_BUS: 'kafka', QUEUE_BACKEND: 'kafka', KAFKA_BROKERS: kafka.broker };
    const first = await startProgram({ env, dataDir });
    const waiting = async ({ url, adminToken }: Program) => {
      const { text } = await organiserOf({ url, adminToken }).get('/metrics');
      return Number(/^outbox_waiting (\d+)$/m.exec(text)?.[1]);
    };
    const { eventId, seatIds } = await openSale(organiserOf(first), { rows: 1, seatsInRow: 3 });
    const [queued, bought, later] = seatIds as [number, number, number];
    await buy(clientOf(first), 'ann', eventId, [bought]);
    const ask = (program: Program, user: string, seatId: number) =>
      clientOf(program)
        .as(user)
        .post<RequestAccepted>('/api/v2/reservations', {
          event_id: eventId,
          seat_ids: [seatId],
          user_id: user,
        });
    const status = async (program: Program, user: string, requestId: string) =>
      bodyOf(await clientOf(program).as(user).get<RequestView>(`/api/v2/reservations/${requestId}`)).status;
    const { request_id } = bodyOf(await ask(first, 'ben', queued), 202);
    await eventually(() => status(first, 'ben', request_id), 'completed');
    await eventually(() => waiting(first), 0);
    await first.stop();
    const second = await startProgram({ env, dataDir });
    const again = bodyOf(await ask(second, 'cai', later), 202);
    await eventually(() => status(second, 'cai', again.request_id), 'completed');
    await second.stop();
    rmSync(dataDir, { recursive: true });
    await kafka.stop();
  });
});

describeOnNodes('postgres', 'kafka')('roles that run apart with Kafka', () => {
  it('sell a seat in one trace, from the request over the broker to the last consumer', async () => {
    const [kafka, collector] = await Promise.all([kafkaServer(), otlpReceiver()]);
    const parts = await startParts(['catalog', 'reservation', 'order', 'payment', 'ticket'], {
      EVENT_BUS: 'kafka',
      KAFKA_BROKERS: kafka.broker,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    try {
      const organiser = parts.at('catalog').with({ 'x-token': SHARED.ADMIN_TOKEN });
      const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
      await heardOfSale(parts, eventId);
      const wish = { buyer: 'ann', eventId, seatIds, paymentId: 'any', provider: 'mock' };
      await expectOneTrace({ parts, collector }, wish);
    } finally {
      await parts.stop();
      await kafka.stop();
      await collector.stop();
      await stopServers();
    }
  });
});

describeOnNodes('postgres', 'kafka')('two nodes with Kafka', () => {
  let redis: RedisServer;
  let kafka: KafkaServer;
  let site: Site;
  beforeAll(async () => {
    [redis, kafka] = await Promise.all([redisServer(), kafkaServer()]);
    site = await startSite({
      redis: toRedis(redis.address),
      env: { EVENT_BUS: 'kafka', QUEUE_BACKEND: 'kafka', KAFKA_BROKERS: kafka.broker },
    });
  });
  beforeEach(async () => {
    await kafka.recover();
    await site.recover();
  });
  afterAll(async () => {
    await site?.stop();
    await Promise.all([kafka?.stop(), redis?.stop()]);
    await stopServers();
  });

  const count = async (sql: string, ...params: (number | string)[]) => {
    const [row] = await site.query<{ found: number }>(`SELECT count(*) AS found FROM ${sql}`, params);
    return Number(row?.found);
  };
  /** Known to both nodes. */
  const openedSale = async (hall: { rows: number; seatsInRow: number }) => {
    const [a, b] = twoOf(site);
    const opened = await openSale(organiserOf(a), hall);
    const known = () => clientOf(b).get<{ status: string }>(`/api/v1/events/${opened.eventId}`);
    await eventually(async () => (await known()).body.status, 'ON_SALE');
    return opened;
  };
  const issued = (eventId: number) => count('ticket_issue WHERE event_id = ?', eventId);
  const health = async (node = 0) =>
    (await clientOf(site.nodes[node] as { url: string }).get<Health>('/health')) ?? undefined;
  const askFor = async (user: string, eventId: number, seatId: number) =>
    bodyOf(
      await clientOf(site.door)
        .as(user)
        .post<RequestAccepted>('/api/v2/reservations', {
          event_id: eventId,
          seat_ids: [seatId],
          user_id: user,
        }),
      202,
    );
  const statusOf = async (user: string, requestId: string) =>
    bodyOf(await clientOf(site.door).as(user).get<RequestView>(`/api/v2/reservations/${requestId}`)).status;

  it('tell every order of a sale to the tickets, once', async () => {
    const anyone = clientOf(site.door);
    const { eventId, seatIds } = await openedSale({ rows: 2, seatsInRow: 10 });
    await Promise.all(seatIds.map((seatId, index) => buy(anyone, `buyer ${index}`, eventId, [seatId])));
    await eventually(() => issued(eventId), seatIds.length);
    await eventually(() => count('outbox'), 0);
    expect(await count('ticket WHERE event_id = ?', eventId)).toBe(seatIds.length);
    expect(await count('ticket_mail')).toBe(0);
  });

  it('sell on while Kafka is away, say so, and make up for it when it is back', async () => {
    const anyone = clientOf(site.door);
    const { eventId, seatIds } = await openedSale({ rows: 1, seatsInRow: 12 });
    const [queued, ...bought] = seatIds as [number, ...number[]];
    await kafka.kill();
    for (const [index, seatId] of bought.entries()) await buy(anyone, `later ${index}`, eventId, [seatId]);
    const request = await askFor('patient', eventId, queued);
    expect(await count('outbox')).toBeGreaterThanOrEqual(bought.length);
    expect(await issued(eventId)).toBe(0);
    const away = await eventually(health, ({ body }) => body.backends.kafka === 'down');
    expect(away).toMatchObject({
      status: 200,
      body: { status: 'degraded', backends: { ledger: 'up', redis: 'up' } },
    });
    const metrics = await organiserOf(twoOf(site)[0]).get('/metrics');
    expect(Number(/^outbox_waiting (\d+)$/m.exec(metrics.text)?.[1])).toBeGreaterThanOrEqual(bought.length);

    await kafka.start();
    await eventually(() => count('outbox'), 0);
    await eventually(() => issued(eventId), bought.length);
    await eventually(() => statusOf('patient', request.request_id), 'completed');
    await eventually(async () => (await health()).body.status, 'healthy');
    expect((await site.verified()).findings).toEqual([]);
  });

  it('lose nothing and do nothing twice when a node is killed in the middle of it', async () => {
    const [a, b] = twoOf(site);
    const anyone = clientOf(b);
    const { eventId, seatIds } = await openedSale({ rows: 4, seatsInRow: 10 });
    const selling = Promise.all(
      seatIds.map((seatId, index) => buy(anyone, `at b ${index}`, eventId, [seatId])),
    );
    await eventually(
      () => issued(eventId),
      (found) => found > 0,
    );
    await a.kill();
    await selling;
    await eventually(() => issued(eventId), seatIds.length);
    expect(await count('ticket WHERE event_id = ?', eventId)).toBe(seatIds.length);
    const moves =
      'ticket_move m JOIN ticket t ON t.order_id = m.order_id AND t.seat_id = m.seat_id WHERE t.event_id = ?';
    expect(await count(moves, eventId)).toBe(seatIds.length);
    await a.start();
    await eventually(() => count('outbox'), 0);
    expect((await site.verified()).findings).toEqual([]);
  });

  it('end their start with one sentence when there is no Kafka where it should be', async () => {
    const closed = await freePort();
    const { code, output } = await failedStart({
      env: { ...site.env, KAFKA_BROKERS: `127.0.0.1:${closed}` },
    });
    expect(code).not.toBe(0);
    expect(output.trim().split('\n'), output).toHaveLength(1);
    expect(output).toMatch(new RegExp(`no Kafka can be used at 127.0.0.1:${closed} .*KAFKA_BROKERS`));
  });
});
