import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { stopServers } from '../../backends/on-servers.ts';
import { type RedisServer, redisServer } from '../../backends/servers/redis.ts';
import { bodyOf, clientOf, expectRefusal, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { openMapEvents, openMapSocket } from '../map-stream.ts';
import { openSale } from '../sale.ts';
import { onSaleEverywhere } from './selling.ts';
import { describeOnNodes, type Site, type SiteNode, startSite, toRedis, twoOf } from './site.ts';

const JWT_SECRET = 'a secret of the tests, long enough';

describeOnNodes('postgres')('tickets for streams of two nodes', () => {
  let redis: RedisServer;
  let site: Site;
  let authorization: string;
  let eventId: number;
  beforeAll(async () => {
    redis = await redisServer();
    site = await startSite({ redis: toRedis(redis.address), env: { AUTH_MODE: 'jwt', JWT_SECRET } });
    const token = await new SignJWT({ sub: 'ann' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(JWT_SECRET));
    authorization = `Bearer ${token}`;
    ({ eventId } = await openSale(organiserOf(twoOf(site)[0]), { rows: 1, seatsInRow: 1 }));
    await onSaleEverywhere(site, eventId);
  });
  beforeEach(async () => {
    await redis.recover();
    for (const node of twoOf(site)) await eventually(async () => (await ask(node)).status, 201);
  });
  afterAll(async () => {
    await site?.stop();
    await redis?.stop();
    await stopServers();
  });

  const ask = (node: SiteNode) =>
    clientOf(node).with({ authorization }).post<{ ticket: string }>('/api/v1/stream-tickets');
  const ticketOf = async (node: SiteNode) => bodyOf(await ask(node), 201).ticket;
  const eventsAt = (node: SiteNode) => `${node.url}/api/v1/events/${eventId}/map/events`;
  const socketAt = (node: SiteNode) => `${node.url}/api/v1/ws/events/${eventId}/map`;

  it('one that A gave opens a stream at B, once at all nodes', async () => {
    const [a, b] = twoOf(site);
    const ticket = await ticketOf(a);
    (await openMapEvents(eventsAt(b), `?ticket=${ticket}`)).close();
    for (const node of [a, b]) {
      await expect(openMapEvents(eventsAt(node), `?ticket=${ticket}`)).rejects.toThrow('401');
      await expect(openMapSocket(socketAt(node), `?ticket=${ticket}`)).rejects.toThrow('401');
    }
    (await openMapSocket(socketAt(a), `?ticket=${await ticketOf(b)}`)).close();
  });

  it('of many who come with one at once, at both nodes, one is let in', async () => {
    const [a, b] = twoOf(site);
    const ticket = await ticketOf(a);
    const tries = Array.from({ length: 12 }, (_, index) =>
      openMapSocket(socketAt(index % 2 === 0 ? a : b), `?ticket=${ticket}`),
    );
    const opened = (await Promise.allSettled(tries)).flatMap((each) =>
      each.status === 'fulfilled' ? [each.value] : [],
    );
    expect(opened.length).toBe(1);
    for (const stream of opened) stream.close();
  });

  it('none is given or used while Redis is away, and all is well when it is back', async () => {
    const [a, b] = twoOf(site);
    const ticket = await ticketOf(a);
    await redis.kill();
    expectRefusal(await ask(a), { status: 503, code: 'UNAVAILABLE' });
    const watching = clientOf(b).get(`/api/v1/events/${eventId}/map/events?ticket=${ticket}`);
    expectRefusal(await watching, { status: 503, code: 'UNAVAILABLE' });
    await redis.start();
    for (const node of [a, b]) await eventually(async () => (await ask(node)).status, 201);
    (await openMapSocket(socketAt(a), `?ticket=${await ticketOf(b)}`)).close();
  });
});
