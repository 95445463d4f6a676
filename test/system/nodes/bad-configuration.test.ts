import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onServer, stopServers } from '../../backends/on-servers.ts';
import { componentPresent } from '../../backends/registry.ts';
import { certificateAuthority } from '../../backends/servers/certificates.ts';
import { freePort } from '../../backends/servers/free-port.ts';
import { postgresServer } from '../../backends/servers/postgres.ts';
import { type RedisServer, redisCluster, redisSentinel, redisServer } from '../../backends/servers/redis.ts';
import { failedStart, startProgram } from '../program.ts';
import { SHARED, toRedis, toSentinel, urlOf } from './site.ts';

const isHere = ['postgres', 'redis', 'redis-sentinel'].map(componentPresent).every(Boolean);

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

  it('another kind of server than DATABASE_URL says', async () => {
    const options = await database();
    await refused({ DATABASE_URL: urlOf('mariadb', options) }, /DATABASE_URL.* is it MySQL or MariaDB/);
  });

  it('nobody at the address of the copy', async () => {
    const [right, wrong] = [await database(), { ...(await database()), port: closed }];
    const env = { DATABASE_URL: urlOf('postgres', right), DATABASE_REPLICA_URL: urlOf('postgres', wrong) };
    await refused(env, /correct DATABASE_REPLICA_URL/, new RegExp(`${closed}`));
  });

  it('nobody at the address of Redis', async () => {
    const url = urlOf('postgres', await database());
    const soon = { REDIS_CONNECT_TIMEOUT_MS: '500' };
    const env = { DATABASE_URL: url, ...toRedis({ port: closed }), ...soon };
    await refused(env, /REDIS_URL/, new RegExp(`${closed}`));
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

  it('a master that the sentinels do not watch', async () => {
    const pair = await redisSentinel();
    const url = urlOf('postgres', await database());
    const watched = { ...toSentinel(pair), REDIS_SENTINEL_MASTER: 'nobody' };
    await refused({ DATABASE_URL: url, ...watched }, /REDIS_SENTINEL_MASTER/, /nobody/);
    await pair.stop();
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

describe.skipIf(!componentPresent('mariadb'))('a bad configuration of a ledger on MariaDB, too:', () => {
  afterAll(stopServers);
  const database = async () => (await onServer.mariadb.started()).database();

  it('an address at which nobody is, and one that there is not', async () => {
    const nobody = urlOf('mariadb', { ...(await database()), port: await freePort() });
    await refused({ DATABASE_URL: nobody }, /nothing listens .* DATABASE_URL/);
    const nowhere = urlOf('mariadb', { ...(await database()), host: 'no-such-host.invalid' });
    await refused({ DATABASE_URL: nowhere }, /no-such-host\.invalid.* DATABASE_URL/);
  });

  it('a wrong password, and a database that there is not', async () => {
    const wrong = urlOf('mariadb', { ...(await database()), password: 'wrong' });
    await refused({ DATABASE_URL: wrong }, /password in DATABASE_URL/);
    const elsewhere = urlOf('mariadb', { ...(await database()), database: 'elsewhere' });
    await refused({ DATABASE_URL: elsewhere }, /no database elsewhere.* DATABASE_URL/);
  });

  it('tables from the future, and another kind of server than DATABASE_URL says', async () => {
    const server = await onServer.mariadb.started();
    const options = await server.database();
    await (await startProgram({ env: { ...SHARED, DATABASE_URL: urlOf('mariadb', options) } })).stop();
    const connection = server.connect(options);
    await connection.query('INSERT INTO schema_version (version) VALUES (999)');
    await connection.close();
    await refused({ DATABASE_URL: urlOf('mariadb', options) }, /version 999, newer than this program/);
    await refused({ DATABASE_URL: urlOf('postgres', options) }, /DATABASE_URL.* is it PostgreSQL/);
  });
});

const certified = ['postgres', 'redis', 'openssl'].map(componentPresent).every(Boolean);

describe.skipIf(!certified)('a server whose certificate is of another authority:', () => {
  afterAll(stopServers);

  it('is named at the start, with the setting', async () => {
    const [ours, another] = [certificateAuthority('ours'), certificateAuthority('another')];
    const { caFile } = another.certify('IP:127.0.0.1');
    const ledger = await postgresServer('quick', undefined, ours.certify('IP:127.0.0.1'));
    const secured = { DATABASE_URL: urlOf('postgres', await ledger.database()), DATABASE_TLS: 'verify' };
    await refused({ ...secured, DATABASE_TLS_CA_FILE: caFile }, /not trusted: set DATABASE_TLS_CA/);
    await ledger.stop();

    const redis = await redisServer([], ours.certify('IP:127.0.0.1'));
    const plain = urlOf('postgres', await (await onServer.postgres.started()).database());
    const env = { DATABASE_URL: plain, REDIS_URL: `rediss://127.0.0.1:${redis.address.port}` };
    await refused({ ...env, REDIS_TLS_CA_FILE: caFile }, /not trusted .*: set REDIS_TLS_CA/);
    await redis.stop();
  });
});

describe.skipIf(!isHere)('a bad configuration of Kafka:', () => {
  afterAll(stopServers);

  it('nobody there, and no address at all', async () => {
    const redis = await redisServer();
    const url = urlOf('postgres', await (await onServer.postgres.started()).database());
    const env = { DATABASE_URL: url, ...toRedis(redis.address), EVENT_BUS: 'kafka' };
    await refused({ ...env, KAFKA_BROKERS: `127.0.0.1:${await freePort()}` }, /KAFKA_BROKERS/);
    await refused(env, /EVENT_BUS=kafka asks for KAFKA_BROKERS/);
    await redis.stop();
  });
});
