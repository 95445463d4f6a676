import { addressIn, nodeAt } from './address.ts';
import type { BACK_END_SETTINGS } from './back-ends.ts';
import type { Given } from './kinds.ts';

interface Address {
  host: string;
  port: number;
}

/** Which servers of Redis there are, and who we are to them. */
export interface RedisServersConfig {
  servers:
    | { kind: 'single'; address: Address }
    | { kind: 'sentinel'; sentinels: Address[]; master: string }
    | { kind: 'cluster'; nodes: Address[] };
  username: string | undefined;
  password: string | undefined;
  database: number;
  tls: boolean;
}

/** The settings that say it. */
type RedisGiven = Pick<
  Given<typeof BACK_END_SETTINGS>,
  | 'REDIS_URL'
  | 'REDIS_HOST'
  | 'REDIS_PORT'
  | 'REDIS_USERNAME'
  | 'REDIS_PASSWORD'
  | 'REDIS_CLUSTER_NODES'
  | 'REDIS_SENTINELS'
  | 'REDIS_SENTINEL_MASTER'
  | 'REDIS_TLS'
>;

/** From one of the four ways to name servers; undefined when none is given. What is wrong goes to `errors`. */
export function redisServers(given: RedisGiven, errors: string[]): RedisServersConfig | undefined {
  const ways = [
    given.REDIS_URL !== undefined && 'REDIS_URL',
    given.REDIS_HOST !== undefined && 'REDIS_HOST',
    given.REDIS_CLUSTER_NODES.length > 0 && 'REDIS_CLUSTER_NODES',
    given.REDIS_SENTINELS.length > 0 && 'REDIS_SENTINELS',
  ].filter((way) => way !== false);
  if (ways.length > 1) errors.push(`${ways.join(' and ')} are both set; keep one way to name the servers`);
  if (given.REDIS_SENTINELS.length > 0 !== (given.REDIS_SENTINEL_MASTER !== undefined)) {
    errors.push('REDIS_SENTINELS and REDIS_SENTINEL_MASTER go together; set both or neither');
  }
  if (ways.length === 0) return undefined;
  if (given.REDIS_URL !== undefined) return serverAt(given.REDIS_URL, given, errors);
  const access = {
    username: given.REDIS_USERNAME,
    password: given.REDIS_PASSWORD,
    database: 0,
    tls: given.REDIS_TLS !== 'off',
  };
  if (given.REDIS_CLUSTER_NODES.length > 0) {
    return { ...access, servers: { kind: 'cluster', nodes: given.REDIS_CLUSTER_NODES.map(nodeAt) } };
  }
  if (given.REDIS_SENTINELS.length > 0) {
    const sentinels = given.REDIS_SENTINELS.map(nodeAt);
    return { ...access, servers: { kind: 'sentinel', sentinels, master: given.REDIS_SENTINEL_MASTER ?? '' } };
  }
  const address = { host: given.REDIS_HOST ?? '', port: given.REDIS_PORT };
  return { ...access, servers: { kind: 'single', address } };
}

function serverAt(address: string, given: RedisGiven, errors: string[]): RedisServersConfig | undefined {
  const { protocol, host, port = 6379, user, password, path } = addressIn(address) ?? {};
  if (!host || !/^rediss?:$/.test(protocol ?? '') || !/^\d{0,3}$/.test(path ?? '')) {
    errors.push(
      'REDIS_URL must be an address such as redis://user:password@host:6379/0, with "%" in a part written as %25',
    );
    return undefined;
  }
  return {
    servers: { kind: 'single', address: { host, port } },
    username: user || given.REDIS_USERNAME,
    password: password || given.REDIS_PASSWORD,
    database: Number(path),
    tls: protocol === 'rediss:' || given.REDIS_TLS !== 'off',
  };
}
