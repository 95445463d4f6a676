import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onServer, stopServers } from '../../backends/on-servers.ts';
import { componentPresent } from '../../backends/registry.ts';
import { freePort } from '../../backends/servers/free-port.ts';
import { type RedisServer, redisCluster, redisServer } from '../../backends/servers/redis.ts';
import { failedStart, startProgram } from '../program.ts';
import { SHARED, toRedis, urlOf } from './site.ts';

const isHere = ['postgres', 'redis'].map(componentPresent).every(Boolean);

/** One sentence for the operator, with the setting and what to do. */
async function refused(env: Record<string, string>, ...says: RegExp[]): Promise<void> {
  const { code, output } = await failedStart({ env: { ...SHARED, ...env } });
  expect(code, output).not.toBe(0);
  expect(output).not.toMatch(/^\s+at .+:\d+:\d+/m);
  expect(output.trim().split('\n'), output).toHaveLength(1);
  for (const said of says) expect(output).toMatch(said);
  expect(output).not.toContain('secret');
}

describe.skipIf(!isHere)('a bad configuration ends at the start with one message:', () => {
  let redis: RedisServer;
  let closed: number;
  beforeAll(async () => {
    redis = await redisServer();
    closed = await freePort();
  });
  afterAll(async () => {
    await redis?.stop();
    await stopServers();
  });
  const database = async () => (await onServer.postgres.started()).database();

  it('nobody at the ledger’s address', async () => {
    const wrong = urlOf('postgres', { ...(await database()), port: closed });
    await refused({ DATABASE_URL: wrong }, /DATABASE_URL/, new RegExp(`${closed}`));
  });

  it('a host that there is not', async () => {
    const wrong = urlOf('postgres', { ...(await database()), host: 'no-such-host.invalid' });
    await refused({ DATABASE_URL: wrong }, /DATABASE_URL/, /no-such-host\.invalid/);
  });

  it('a wrong password of the ledger', async () => {
    const wrong = urlOf('postgres', { ...(await database()), password: 'wrong' });
    await refused({ DATABASE_URL: wrong }, /DATABASE_URL/, /password|login/i);
  });

  it('a database that there is not', async () => {
    const wrong = urlOf('postgres', { ...(await database()), database: 'elsewhere' });
    await refused({ DATABASE_URL: wrong }, /DATABASE_URL/, /elsewhere/);
  });

  it('tables from the future', async () => {
    const server = await onServer.postgres.started();
    const options = await server.database();
    const env = { ...SHARED, DATABASE_URL: urlOf('postgres', options) };
    await (await startProgram({ env })).stop();
    const connection = server.connect(options);
    await connection.query('INSERT INTO schema_version (version) VALUES (999)');
    await connection.close();
    await refused(env, /version 999, newer than this program/, /DATABASE_URL/);
  });

  it('a second node on a ledger without Redis', async () => {
    const env = { DATABASE_URL: urlOf('postgres', await database()) };
    const first = await startProgram({ env: { ...SHARED, ...env } });
    await refused(env, /REDIS_URL/);
    await first.stop();
  });

  it('nobody at the address of Redis', async () => {
    const url = urlOf('postgres', await database());
    await refused({ DATABASE_URL: url, ...toRedis({ port: closed }) }, /REDIS_URL/, new RegExp(`${closed}`));
  });

  it('a wrong password of Redis', async () => {
    const guarded = await redisServer(['--requirepass', 'right']);
    const url = urlOf('postgres', await database());
    const wrong = `redis://:wrong@127.0.0.1:${guarded.address.port}`;
    await refused({ DATABASE_URL: url, REDIS_URL: wrong }, /REDIS_PASSWORD/);
    await guarded.stop();
  });

  it('a Redis that may drop seats', async () => {
    const forgetful = await redisServer(['--maxmemory-policy', 'allkeys-lru']);
    const url = urlOf('postgres', await database());
    await refused({ DATABASE_URL: url, ...toRedis(forgetful.address) }, /maxmemory-policy to noeviction/);
    await forgetful.stop();
  });

  it('half a cluster', async () => {
    const cluster = await redisCluster();
    const { master, replica } = await cluster.nodesOf('ticketing:{1}');
    await Promise.all([master.kill(), replica.kill()]);
    const left = cluster.nodes.filter((node) => node !== master && node !== replica);
    const nodes = left.map(({ address }) => `127.0.0.1:${address.port}`).join(',');
    const url = urlOf('postgres', await database());
    await refused({ DATABASE_URL: url, REDIS_CLUSTER_NODES: nodes }, /REDIS_CLUSTER_NODES|slot/);
    await cluster.stop();
  });

  it('half of the sentinels’ settings', async () => {
    await refused({ REDIS_SENTINELS: `127.0.0.1:${closed}` }, /REDIS_SENTINEL_MASTER/);
  });

  it('a name that is none', async () => {
    await refused({ DATABSE_URL: 'postgres://somewhere' }, /DATABSE_URL.*did you mean DATABASE_URL/);
  });

  it('nodes that do not agree about their keys', async () => {
    const url = urlOf('postgres', await database());
    await refused({ DATABASE_URL: url, ...toRedis(redis.address), TICKET_KEYS: '' }, /the same TICKET_KEYS/);
  });
});
