import { choice, isNode, list, NODES, type Setting, seconds, secret, text, whole } from './kinds.ts';

const MILLIS = { min: 100, max: 600_000 };

/** What the sale runs on. With nothing set: a SQLite file in DATA_DIR, and everything else in process. */
export const BACK_END_SETTINGS = {
  DATABASE_URL: secret(
    'ledger: postgres://user:password@host:5432/name or mysql://…; unset: a SQLite file in DATA_DIR',
  ),
  DB_HOST: text('host of the ledger, instead of DATABASE_URL'),
  DB_PORT: whole(undefined, { min: 1, max: 65_535 }, { about: 'unset: 3306, or 5432 for postgres' }),
  DB_USER: text('user of the ledger'),
  DB_PASSWORD: secret('password of the ledger'),
  DB_NAME: text('name of the database'),
  DB_DIALECT: choice(['mysql', 'postgres'], 'mysql', 'what DB_HOST speaks; mysql is MariaDB, too'),
  DATABASE_REPLICA_URL: secret('read-only copy of the ledger, asked for the catalogue only'),
  DATABASE_POOL_SIZE: whole(10, { min: 2, max: 500 }, { about: 'connections of one process to the ledger' }),
  DATABASE_TIMEOUT_MS: whole(5_000, MILLIS, {
    about: 'a statement that takes longer has failed',
    unit: 'ms',
  }),
  DATABASE_CONNECT_TIMEOUT_MS: whole(5_000, MILLIS, {
    about: 'a connection to the ledger that is not there by then has failed; at the start, too',
    unit: 'ms',
  }),
  DATABASE_TLS: choice(
    ['off', 'verify', 'unverified'],
    'off',
    'whether the ledger is reached over TLS, and its certificate checked',
  ),
  DATABASE_TLS_CA: secret('PEM text of the authority behind the certificate of the ledger'),

  REDIS_URL: secret('seat store: redis://user:password@host:6379/0, rediss:// over TLS; unset: in process'),
  REDIS_HOST: text('host of Redis, instead of REDIS_URL'),
  REDIS_PORT: whole(6379, { min: 1, max: 65_535 }, { about: 'port of Redis' }),
  REDIS_USERNAME: text('user of the access list of Redis'),
  REDIS_PASSWORD: secret('password of Redis'),
  REDIS_CLUSTER_NODES: list(isNode, NODES, 'some nodes of a Redis Cluster; the others are learned from them'),
  REDIS_SENTINELS: list(isNode, NODES, 'the sentinels that watch REDIS_SENTINEL_MASTER'),
  REDIS_SENTINEL_MASTER: text('the name under which the sentinels know the master'),
  REDIS_TLS: choice(
    ['off', 'verify', 'unverified'],
    'off',
    'whether Redis is reached over TLS, and its certificate checked',
  ),
  REDIS_TLS_CA: secret('PEM text of the authority behind the certificate of Redis'),
  REDIS_TIMEOUT_MS: whole(2_000, MILLIS, { about: 'a command that takes longer has failed', unit: 'ms' }),
  REDIS_CONNECT_TIMEOUT_MS: whole(5_000, MILLIS, {
    about: 'a Redis that has not greeted a node by then is taken for lost; at the start, too',
    unit: 'ms',
  }),

  LOCK_TIMEOUT_SECONDS: seconds(30, { min: 1, max: 3_600 }, 'a lock that nobody renews ends after it'),
} satisfies Record<string, Setting<unknown>>;
