/** Where a server listens. */
export interface Address {
  host: string;
  port: number;
}

/** Which servers there are. */
export type RedisServers =
  | { kind: 'single'; address: Address }
  | {
      kind: 'sentinel';
      sentinels: readonly Address[];
      /** The name under which the sentinels watch the master. */
      master: string;
      /** Of the sentinels themselves, when they ask for one. */
      username?: string;
      password?: string;
    }
  /** Any nodes of the cluster; the others are learned from them. */
  | { kind: 'cluster'; nodes: readonly Address[] };

/** How a server is spoken to. */
export interface RedisAccess {
  username?: string;
  password?: string;
  /** Number of the database; a cluster has only 0. */
  database?: number;
  /** Speaks TLS when given. `ca` is PEM text of authorities in place of the well-known ones. */
  tls?: { ca?: string; serverName?: string; anyCertificate?: 'accepted' };
}

export interface RedisLimits {
  /** A command that is not answered by then has an unknown outcome, and its connection is made anew. */
  commandMillis: number;
  /** For connecting and greeting; at the start, for all servers together. */
  connectMillis: number;
  /** Commands on their way to one server; further ones are refused. */
  waitingMax: number;
}

export interface RedisOptions extends RedisAccess {
  servers: RedisServers;
  limits?: Partial<RedisLimits>;
}

export const REDIS_LIMITS: RedisLimits = { commandMillis: 2_000, connectMillis: 5_000, waitingMax: 20_000 };

export function nameOf({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
