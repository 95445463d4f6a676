import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateServer, openSharedLedger } from '../../src/adapters/sql/open-server.ts';
import { type Environment, readConfig } from '../../src/config.ts';
import { serverOf } from '../../src/open-ledger.ts';
import { openRedis } from '../../src/open-redis.ts';
import { componentPresent } from '../backends/registry.ts';
import { type Authority, type Certificate, certificateAuthority } from '../backends/servers/certificates.ts';
import type { DatabaseServer } from '../backends/servers/database-server.ts';
import { mariadbServer } from '../backends/servers/mariadb.ts';
import { postgresServer } from '../backends/servers/postgres.ts';
import { type RedisServer, redisServer } from '../backends/servers/redis.ts';

interface Started {
  /** The address without a word about TLS. */
  readonly env: Environment;
  stop(): Promise<void>;
}

/** A server that speaks nothing but TLS, and what of ours speaks to it. */
interface Secured {
  readonly name: 'redis' | 'postgres' | 'mariadb';
  readonly setting: 'REDIS_TLS' | 'DATABASE_TLS';
  start(certificate: Certificate): Promise<Started>;
  /** Opens it as a start of the program does, and asks one thing. */
  ask(env: Environment): Promise<unknown>;
}

const SECURED: readonly Secured[] = [
  {
    ...{ name: 'redis', setting: 'REDIS_TLS', ask: askRedis },
    async start(certificate) {
      const { address, stop } = await redisServer([], certificate);
      return { env: { REDIS_URL: `redis://${address.host}:${address.port}` }, stop };
    },
  },
  {
    ...{ name: 'postgres', setting: 'DATABASE_TLS', ask: askLedger },
    start: async (certificate) => ledgerAt('postgres', await postgresServer('quick', undefined, certificate)),
  },
  {
    ...{ name: 'mariadb', setting: 'DATABASE_TLS', ask: askLedger },
    start: async (certificate) => ledgerAt('mysql', await mariadbServer('quick', undefined, certificate)),
  },
];

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
    const verified = () => ({ [setting]: 'verify', [`${setting}_CA`]: ours.pem });

    beforeAll(async () => {
      [ours, another] = [certificateAuthority('ours'), certificateAuthority('another')];
      // The address alone, so that a check of any other name, such as localhost, would fail.
      right = await start(ours.certify('IP:127.0.0.1'));
      byName = await start(ours.certify('DNS:localhost'));
    });
    afterAll(async () => {
      await Promise.all([right?.stop(), byName?.stop()]);
      ours?.remove();
      another?.remove();
    });

    it('works when the authority of the certificate is given', async () => {
      expect(await sentence({ ...right.env, ...verified() })).toBe('answered');
    });

    it('is refused when another authority is given, or none, in a sentence that names the setting', async () => {
      const untrusted = new RegExp(`^Un\\w+: the certificate of .* is not trusted.*${setting}_CA`);
      const otherwise = { ...right.env, [setting]: 'verify' };
      expect(await sentence({ ...otherwise, [`${setting}_CA`]: another.pem })).toMatch(untrusted);
      expect(await sentence(otherwise)).toMatch(untrusted);
    });

    it('is refused when the certificate is of another name than the server is called by', async () => {
      expect(await sentence({ ...byName.env, ...verified() })).toMatch(
        /^Un\w+: the certificate is not of 127\.0\.0\.1.*: .*(REDIS|DATABASE)_URL/,
      );
      const called = (name: string) =>
        Object.fromEntries(
          Object.entries(byName.env).map(([key, url]) => [key, url?.replace('127.0.0.1', name)]),
        );
      expect(await sentence({ ...called('localhost'), ...verified() })).toBe('answered');
    });

    it('takes any certificate when told so', async () => {
      expect(await sentence({ ...byName.env, [setting]: 'unverified' })).toBe('answered');
    });

    it('is what the server wants: without it the start is refused in a sentence that names the setting', async () => {
      expect(await sentence(right.env)).toMatch(new RegExp(`^Un\\w+: .*${setting}=verify`));
    });
  },
);

describe.runIf(['redis', 'openssl'].every(componentPresent))('REDIS_URL of rediss://', () => {
  it('is TLS with a certificate that is looked at, and refuses a server that speaks none', async () => {
    const ours = certificateAuthority('ours');
    const secured = await redisServer([], ours.certify('IP:127.0.0.1'));
    const plain = await redisServer();
    try {
      const at = ({ address }: RedisServer) => `rediss://${address.host}:${address.port}`;
      expect(await askRedis({ REDIS_URL: at(secured), REDIS_TLS_CA: ours.pem })).toBe('answered');
      await expect(askRedis({ REDIS_URL: at(secured) })).rejects.toThrow(/is not trusted.*REDIS_TLS_CA/);
      await expect(askRedis({ REDIS_URL: at(plain) })).rejects.toThrow(/speaks no TLS.*REDIS_TLS=off/);
    } finally {
      await Promise.all([secured.stop(), plain.stop()]);
      ours.remove();
    }
  });
});
