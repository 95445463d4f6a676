import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateServer, openSharedLedger } from '../../src/adapters/sql/ledger/open-server.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { type Environment, readConfig } from '../../src/config.ts';
import { openKafka } from '../../src/opening/kafka.ts';
import { serverOf } from '../../src/opening/ledger.ts';
import { openRedis } from '../../src/opening/redis.ts';
import { componentPresent } from '../backends/registry.ts';
import { type Authority, type Certificate, certificateAuthority } from '../backends/servers/certificates.ts';
import type { DatabaseServer } from '../backends/servers/database-server.ts';
import { kafkaServer } from '../backends/servers/kafka.ts';
import { mariadbServer } from '../backends/servers/mariadb.ts';
import { postgresServer } from '../backends/servers/postgres.ts';
import { type RedisServer, redisCluster, redisSentinel, redisServer } from '../backends/servers/redis.ts';
import { eventually } from '../system/eventually.ts';

/** Six servers of a cluster on a busy machine, or a Java. */
const START_MILLIS = 240_000;

interface Started {
  /** The address without a word about TLS. */
  readonly env: Environment;
  stop(): Promise<void>;
}

/** A server that speaks nothing but TLS, and what of ours speaks to it. */
interface Secured {
  readonly name: 'redis' | 'redis-sentinel' | 'redis-cluster' | 'postgres' | 'mariadb' | 'kafka';
  readonly setting: 'REDIS_TLS' | 'DATABASE_TLS' | 'KAFKA_TLS';
  /** `called`: the name in the certificate, by which servers that send clients on to others call themselves. */
  start(certificate: Certificate, called: string): Promise<Started>;
  /** Opens it as a start of the program does, and asks one thing. */
  ask(env: Environment): Promise<unknown>;
}

const SECURED: readonly Secured[] = [
  {
    name: 'redis',
    setting: 'REDIS_TLS',
    ask: askRedis,
    async start(certificate) {
      const { address, stop } = await redisServer([], certificate);
      return { env: { REDIS_URL: `redis://${address.host}:${address.port}` }, stop };
    },
  },
  {
    name: 'redis-sentinel',
    setting: 'REDIS_TLS',
    ask: askRedis,
    async start(certificate, called) {
      const { servers, stop } = await redisSentinel(certificate, nameIn(called));
      const { host, port } = servers.sentinel.address;
      return { env: { REDIS_SENTINELS: `${host}:${port}`, REDIS_SENTINEL_MASTER: 'onrush' }, stop };
    },
  },
  {
    name: 'redis-cluster',
    setting: 'REDIS_TLS',
    ask: askRedis,
    async start(certificate, called) {
      const { nodes, stop } = await redisCluster(certificate, nameIn(called));
      const seeds = nodes.map(({ address }) => `${address.host}:${address.port}`);
      return { env: { REDIS_CLUSTER_NODES: seeds.slice(0, 2).join() }, stop };
    },
  },
  {
    name: 'kafka',
    setting: 'KAFKA_TLS',
    ask: askKafka,
    async start(certificate, called) {
      const server = await kafkaServer({ secured: { certificate, called } });
      return {
        env: { EVENT_BUS: 'kafka', KAFKA_BROKERS: server.secured as string },
        stop: () => server.stop(),
      };
    },
  },
  {
    name: 'postgres',
    setting: 'DATABASE_TLS',
    ask: askLedger,
    start: async (certificate) => ledgerAt('postgres', await postgresServer('quick', undefined, certificate)),
  },
  {
    name: 'mariadb',
    setting: 'DATABASE_TLS',
    ask: askLedger,
    start: async (certificate) => ledgerAt('mysql', await mariadbServer('quick', undefined, certificate)),
  },
];

/** An address needs no saying: it is what servers call themselves by. */
function nameIn(called: string): string | undefined {
  return called === '127.0.0.1' ? undefined : called;
}

function ledgerAt(scheme: string, server: DatabaseServer): Started {
  const { user, password, host, port, database } = server.options;
  return {
    env: { DATABASE_URL: `${scheme}://${user}:${password}@${host}:${port}/${database}` },
    stop: () => server.stop(),
  };
}

function configOf(env: Environment) {
  const read = readConfig(env);
  if ('errors' in read) throw new Error(read.errors.join('; '));
  return read.config;
}

async function askRedis(env: Environment): Promise<unknown> {
  const connection = await openRedis(configOf(env));
  if (!connection) throw new Error('the settings name no Redis');
  try {
    const key = 'ticketing:{1}:k';
    await connection.write(key, ['SET', key, 'answered']);
    return await connection.read(key, ['GET', key]);
  } finally {
    connection.close();
  }
}

async function askKafka(env: Environment): Promise<unknown> {
  const connection = await openKafka(configOf(env), systemClock());
  if (!connection) throw new Error('the settings name no Kafka');
  try {
    // Metadata from one connection, a topic and a record over others.
    await connection.check();
    await connection.send([{ topic: 'tls', key: 'k', value: 'v', headers: {} }]);
    return 'answered';
  } finally {
    await connection.close();
  }
}

async function askLedger(env: Environment): Promise<unknown> {
  const { ledger } = configOf(env).backEnds;
  if (!ledger) throw new Error('the settings name no ledger');
  const server = serverOf(ledger);
  await migrateServer(server);
  const connection = await openSharedLedger(server, { newId: () => 'of-the-test', now: () => 1 });
  try {
    // A lock has a connection of its own.
    const lock = await connection.lock('tls', { waitMillis: 1_000 });
    await lock?.release();
    const [row] = await connection.query<{ word: string }>("SELECT 'answered' AS word");
    return lock && row?.word;
  } finally {
    await connection.close();
  }
}

describe.each(SECURED.filter(({ name }) => [name, 'openssl'].every(componentPresent)))(
  'a TLS connection to $name',
  ({ setting, start, ask }) => {
    let ours: Authority;
    let another: Authority;
    let right: Started;
    let byName: Started;
    const sentence = (env: Environment) =>
      ask(env).then(String, (error: Error) => `${error.name}: ${error.message}`);
    /** Sooner or later: on a busy machine a server may be too slow to say even what it refuses. */
    const says = (env: Environment, expected: RegExp) =>
      eventually(
        () => sentence(env),
        (said) => expected.test(said),
      );
    const verified = () => ({ [setting]: 'verify', [`${setting}_CA`]: ours.pem });

    beforeAll(async () => {
      [ours, another] = [certificateAuthority('ours'), certificateAuthority('another')];
      // The address alone, so that a check of any other name, such as localhost, would fail.
      right = await start(ours.certify('IP:127.0.0.1'), '127.0.0.1');
      byName = await start(ours.certify('DNS:localhost'), 'localhost');
    }, START_MILLIS);
    afterAll(async () => {
      await Promise.all([right?.stop(), byName?.stop()]);
      ours?.remove();
      another?.remove();
    });

    it('works when the authority of the certificate is given', async () => {
      await says({ ...right.env, ...verified() }, /^answered$/);
    });

    it('is refused when another authority is given, or none, in a sentence that names the setting', async () => {
      const untrusted = new RegExp(`^Un\\w+: the certificate of .* is not trusted.*${setting}_CA`);
      const otherwise = { ...right.env, [setting]: 'verify' };
      await says({ ...otherwise, [`${setting}_CA`]: another.pem }, untrusted);
      await says(otherwise, untrusted);
    });

    it('is refused when the certificate is of another name than the server is called by', async () => {
      await says(
        { ...byName.env, ...verified() },
        /^Un\w+: the certificate is not of 127\.0\.0\.1.*: .*(REDIS_URL|DATABASE_URL|KAFKA_BROKERS)/,
      );
      const called = (name: string) =>
        Object.fromEntries(
          Object.entries(byName.env).map(([key, url]) => [key, url?.replaceAll('127.0.0.1', name)]),
        );
      await says({ ...called('localhost'), ...verified() }, /^answered$/);
    });

    it('takes any certificate when told so', async () => {
      await says({ ...byName.env, [setting]: 'unverified' }, /^answered$/);
    });

    it('is what the server wants: without it the start is refused in a sentence that names the setting', async () => {
      await says(right.env, new RegExp(`^Un\\w+: .*${setting}=verify`));
    });
  },
);

describe.runIf(componentPresent('kafka'))('KAFKA_TLS', () => {
  it('refuses brokers that speak none', async () => {
    const { broker, stop } = await kafkaServer();
    try {
      const env = { EVENT_BUS: 'kafka', KAFKA_BROKERS: broker, KAFKA_TLS: 'verify' };
      await expect(askKafka(env)).rejects.toThrow(/KAFKA_TLS=off/);
    } finally {
      await stop();
    }
  });
});

describe.runIf(['redis', 'openssl'].every(componentPresent))('REDIS_URL of rediss://', () => {
  it('is TLS with a certificate that is looked at, and refuses a server that speaks none', async () => {
    const ours = certificateAuthority('ours');
    const secured = await redisServer([], ours.certify('IP:127.0.0.1'));
    const plain = await redisServer();
    try {
      const at = ({ address }: RedisServer) => `rediss://${address.host}:${address.port}`;
      const says = (env: Environment, expected: RegExp) =>
        eventually(
          () => askRedis(env).then(String, String),
          (said) => expected.test(said),
        );
      await says({ REDIS_URL: at(secured), REDIS_TLS_CA: ours.pem }, /^answered$/);
      await says({ REDIS_URL: at(secured) }, /is not trusted.*REDIS_TLS_CA/);
      await says({ REDIS_URL: at(plain) }, /speaks no TLS.*REDIS_TLS=off/);
    } finally {
      await Promise.all([secured.stop(), plain.stop()]);
      ours.remove();
    }
  });
});
