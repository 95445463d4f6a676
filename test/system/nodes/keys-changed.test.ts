import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stopServers } from '../../backends/on-servers.ts';
import { type RedisServer, redisServer } from '../../backends/servers/redis.ts';
import { bodyOf, clientOf } from '../client.ts';
import { openSale } from '../sale.ts';
import { onSaleEverywhere, selling } from './selling.ts';
import { describeOnNodes, SHARED, type Site, type SiteNode, startSite, toRedis, twoOf } from './site.ts';

vi.setConfig({ testTimeout: 240_000 });

describeOnNodes('postgres')('two nodes, restarted one after the other,', () => {
  let redis: RedisServer;
  let site: Site;
  /** What the next start of a node is given beside what all have. */
  let given: Record<string, string> = {};
  beforeEach(async () => {
    redis = await redisServer();
  });
  afterEach(async () => {
    await site?.stop();
    await redis?.stop();
  });
  afterAll(stopServers);
  const restarted = async (node: SiteNode, env: Record<string, string>) => {
    given = env;
    await node.retire();
    await node.start();
  };

  it('change the organiser’s token and the key of bearer tokens without refusing anybody on the way', async () => {
    const secret = {
      old: 'the key of the bearer tokens, old one',
      fresh: 'the key of the bearer tokens, new one',
    };
    const token = { old: SHARED.ADMIN_TOKEN, fresh: 'organiser-of-the-tests-new' };
    const alone = (age: 'old' | 'fresh') => ({
      AUTH_MODE: 'jwt',
      JWT_SECRET: secret[age],
      ADMIN_TOKEN: token[age],
    });
    const both = {
      JWT_SECRET_BEFORE: secret.old,
      ADMIN_TOKEN_BEFORE: token.old,
      ...alone('fresh'),
    };
    given = alone('old');
    site = await startSite({ redis: toRedis(redis.address), envOf: () => given });
    const [a, b] = twoOf(site);
    const organiser = clientOf(a).with({ 'x-token': token.old });
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    await onSaleEverywhere(site, eventId);
    const signed = async (age: 'old' | 'fresh') => {
      const jwt = new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h');
      return { authorization: `Bearer ${await jwt.sign(new TextEncoder().encode(secret[age]))}` };
    };
    /** What each of the two is told that shows what he has of this age, at a node. */
    const answers = async (node: SiteNode, age: 'old' | 'fresh') => {
      const buyer = await clientOf(node)
        .with(await signed(age))
        .get('/api/v1/reservations');
      const house = await clientOf(node).with({ 'x-token': token[age] }).get('/metrics');
      return [buyer.status, house.status];
    };
    const WELCOME = [200, 200];
    const held = await clientOf(a)
      .with(await signed('old'))
      .post<{ reservations: { reservation_id: number }[] }>('/api/v1/reservations', {
        event_id: eventId,
        seat_ids: seatIds.slice(0, 1),
        user_id: 'ann',
      });
    const [reservation] = bodyOf(held, 201).reservations;

    for (const node of [a, b]) {
      await restarted(node, both);
      for (const each of [a, b]) expect(await answers(each, 'old')).toEqual(WELCOME);
      expect(await answers(node, 'fresh')).toEqual(WELCOME);
    }
    // From here on the new ones are handed out. Old ones stay good until nobody has any.
    for (const each of [a, b]) expect(await answers(each, 'fresh')).toEqual(WELCOME);
    for (const node of [a, b]) {
      await restarted(node, alone('fresh'));
      for (const each of [a, b]) expect(await answers(each, 'fresh')).toEqual(WELCOME);
      expect(await answers(node, 'old')).toEqual([401, 403]);
    }
    const path = `/api/v1/reservations/${reservation?.reservation_id}`;
    expect(
      (
        await clientOf(b)
          .with(await signed('fresh'))
          .get(path)
      ).status,
    ).toBe(200);
  });

  it('change their users of PostgreSQL and Redis while people buy', async () => {
    // Of the server and not of a database, so a second try needs others.
    const [first, second] = [`first${redis.address.port}`, `second${redis.address.port}`];
    const RIGHTS = '~ticketing:* &ticketing:* +@all -@dangerous +info +cluster|slots +cluster|info'.split(
      ' ',
    );
    const { port } = redis.address;
    const usersOf = (user: string, ledger: string) => ({
      REDIS_URL: `redis://${user}:of-${user}@127.0.0.1:${port}`,
      DATABASE_URL: ledger.replace(/\/\/[^@]*@/, `//${user}:of-${user}@`),
    });
    const grantRedis = (user: string) =>
      redis.command('acl', 'setuser', user, 'on', `>of-${user}`, ...RIGHTS);
    await grantRedis(first);
    given = {};
    site = await startSite({ redis: toRedis(redis.address), envOf: () => given });
    const [a, b] = twoOf(site);
    const ledger = site.env.DATABASE_URL ?? '';
    await site.query(`CREATE ROLE ${first} LOGIN PASSWORD 'of-${first}' IN ROLE onrush`);
    await site.query(`ALTER ROLE ${first} SET ROLE onrush`);
    for (const node of [a, b]) await restarted(node, usersOf(first, ledger));

    const sale = await selling(site);
    await sale.acknowledged(15);
    await grantRedis(second);
    await site.query(`CREATE ROLE ${second} LOGIN PASSWORD 'of-${second}' IN ROLE onrush`);
    await site.query(`ALTER ROLE ${second} SET ROLE onrush`);
    for (const node of [a, b]) {
      await restarted(node, usersOf(second, ledger));
      await sale.acknowledged(15);
    }
    await site.query(`DROP ROLE ${first}`);
    await redis.command('acl', 'deluser', first);
    await sale.acknowledged(30);
    expect(await sale.judged()).toEqual([]);
    const [connected] = await site.query<{ sessions: number }>(
      `SELECT COUNT(*) AS sessions FROM pg_stat_activity WHERE usename = '${second}' AND datname = current_database()`,
      [],
    );
    expect(Number(connected?.sessions)).toBeGreaterThan(0);
  });
});
