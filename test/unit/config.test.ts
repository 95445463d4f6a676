import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Config, type Environment, envExample, type ReadFile, readConfig } from '../../src/config.ts';

function configOf(env: Environment, readFile?: ReadFile): Config {
  const read = readConfig(env, readFile);
  if ('errors' in read) throw new Error(read.errors.join('\n'));
  return read.config;
}

function errorsOf(env: Environment, readFile?: ReadFile): string[] {
  const read = readConfig(env, readFile);
  return 'errors' in read ? read.errors : [];
}

const files =
  (contents: Record<string, string>): ReadFile =>
  (path) =>
    contents[path];

describe('the environment', () => {
  it('needs nothing', () => {
    const config = configOf({ PATH: '/bin', HOME: '/home/u', HOSTNAME: 'box', POST: '1', TERM: 'x' });
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8000, production: false, allowReset: true });
    expect(config.sale).toMatchObject({ holdSeconds: 600, maxSeatsPerReservation: 10, currency: 'USD' });
    expect(config.http).toMatchObject({ requestsPerSecondPerPrincipal: 50, requestsPerSecondPerAddress: 0 });
    expect(config.identity.openOrganiser).toBe(true);
  });

  it('reads every kind of value', () => {
    const config = configOf({
      PAYMENT_DELAY_MS: '500-1500',
      PAYMENT_FAILURE_RATE: '0.25',
      CORS_ORIGINS: 'https://a.example, http://b.example:8080',
      TRUSTED_PROXIES: '10.0.0.0/8,::1',
      SEED_DEMO: 'no',
      LOG_LEVEL: 'warn',
    });
    expect(config.payment).toMatchObject({
      deadlineSeconds: 600,
      failureRate: 0.25,
      delay: { minMillis: 500, maxMillis: 1500 },
    });
    expect(config.http.corsOrigins).toEqual(['https://a.example', 'http://b.example:8080']);
    expect(config.http.trustedProxies).toEqual(['10.0.0.0/8', '::1']);
    expect(config).toMatchObject({ seedDemo: false, logLevel: 'warn' });
  });

  it('stands above the file .env, and a blank value counts as unset', () => {
    const readFile = files({ '.env': 'PORT=9000\nCURRENCY=KRW\n' });
    expect(configOf({ PORT: '9100', CURRENCY: ' ' }, readFile)).toMatchObject({
      port: 9100,
      sale: { currency: 'USD' },
    });
    expect(configOf({}, readFile)).toMatchObject({ port: 9000, sale: { currency: 'KRW' } });
  });

  it('takes secrets from files', () => {
    const readFile = files({ '/run/secrets/admin': 'from-a-file\n' });
    expect(configOf({ ADMIN_TOKEN_FILE: '/run/secrets/admin' }, readFile).identity.adminToken).toBe(
      'from-a-file',
    );
    expect(errorsOf({ ADMIN_TOKEN_FILE: '/nowhere' }, readFile)).toEqual([
      expect.stringContaining('missing or empty'),
    ]);
    expect(errorsOf({ ADMIN_TOKEN_FILE: '/run/secrets/admin', ADMIN_TOKEN: 'x' }, readFile)).toHaveLength(1);
  });
});

describe('errors', () => {
  it('are all named together, each with what was expected', () => {
    const errors = errorsOf({ PORT: '99999', DEBUG: 'maybe', CURRENCY: 'won', PAYMENT_DELAY_MS: '9-1' });
    expect(errors).toHaveLength(4);
    expect(errors[0]).toBe('PORT must be a whole number from 0 to 65535, not "99999"');
  });

  it.each([
    ['PORT', '-1'],
    ['PORT', '8e3'],
    ['PORT', '80.5'],
    ['PAYMENT_FAILURE_RATE', '1.1'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://a.example/path'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', 'proxy'],
    ['AUTH_MODE', 'none'],
    ['IDEMPOTENCY_HOURS', '1'],
    ['RESERVATION_TIMEOUT_SECONDS', '0'],
  ])('%s=%s is refused', (name, value) => {
    expect(errorsOf({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} must be `))]);
  });

  it('never repeat a secret', () => {
    expect(errorsOf({ AUTH_MODE: 'jwt', JWT_SECRET: 'too-short-secret' }).join()).not.toContain(
      'too-short-secret',
    );
  });

  it.each([
    ['RESERVATION_TIMEOUT_SECOND', 'RESERVATION_TIMEOUT_SECONDS'],
    ['MAX_SEATS_PER_BOKING', 'MAX_SEATS_PER_BOOKING'],
    ['PORTT', 'PORT'],
    ['DBHOST', 'DB_HOST'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
  ])('point from %s to %s', (wrong, right) => {
    expect(errorsOf({ [wrong]: '1' })).toEqual([`${wrong} is not a setting; did you mean ${right}?`]);
  });
});

describe('messages', () => {
  const bus = (env: Environment) => {
    const { bus: choice, kafka } = configOf(env).backEnds;
    return { choice, kafka };
  };

  it('go to Kafka when something names it, and nowhere by themselves', () => {
    expect(bus({})).toEqual({ choice: undefined, kafka: undefined });
    expect(bus({ EVENT_BUS: 'kafka', KAFKA_BROKERS: 'k1:9092, k2:9093' })).toEqual({
      choice: 'kafka',
      kafka: { brokers: ['k1:9092', 'k2:9093'], tls: 'off', tlsCa: undefined, login: undefined },
    });
    const login = { KAFKA_USERNAME: 'ann', KAFKA_PASSWORD: 'pw', KAFKA_SASL: 'PLAIN' };
    expect(bus({ QUEUE_BACKEND: 'kafka', KAFKA_BROKERS: 'k1:9092', ...login }).kafka?.login).toEqual({
      mechanism: 'PLAIN',
      username: 'ann',
      password: 'pw',
    });
  });

  it.each([
    [{ EVENT_BUS: 'kafka' }, 'EVENT_BUS=kafka asks for KAFKA_BROKERS; set it'],
    [
      { KAFKA_BROKERS: 'k1:9092' },
      'KAFKA_BROKERS is used by nobody: set EVENT_BUS=kafka, QUEUE_BACKEND=kafka or TRAIN_INTAKE_TOPIC, or unset it',
    ],
    [
      { EVENT_BUS: 'kafka', KAFKA_BROKERS: 'k1' },
      'KAFKA_BROKERS must be pairs of host:port, separated by commas, not "k1"',
    ],
    [{ EVENT_BUS: 'redis' }, 'EVENT_BUS=redis needs REDIS_URL'],
    [
      { EVENT_BUS: 'kafka', KAFKA_BROKERS: 'k1:9092', KAFKA_USERNAME: 'ann' },
      'KAFKA_USERNAME and KAFKA_PASSWORD go together; set both or neither',
    ],
  ])('refuse %o', (env, error) => {
    expect(errorsOf(env)).toContain(error);
  });
});

describe('back ends', () => {
  it('are none unless they are named', () => {
    expect(configOf({}).backEnds).toMatchObject({ ledger: undefined, redis: undefined });
  });

  it.each([
    [{ DATABASE_URL: 'postgres://ann:p%40ss@db.example/sale' }, 'postgres', 5432, 'p@ss'],
    [{ DATABASE_URL: 'mariadb://ann:pass@db.example:3307/sale' }, 'mysql', 3307, 'pass'],
    [{ DB_HOST: 'db.example', DB_USER: 'ann', DB_NAME: 'sale' }, 'mysql', 3306, ''],
    [
      { DB_HOST: 'db.example', DB_USER: 'ann', DB_NAME: 'sale', DB_DIALECT: 'postgres' },
      'postgres',
      5432,
      '',
    ],
  ])('ledger of %o', (given, dialect, port, password) => {
    const server = { dialect, host: 'db.example', port, user: 'ann', password, database: 'sale' };
    expect(configOf(given).backEnds.ledger).toMatchObject(server);
  });

  it.each([
    [{ DATABASE_URL: 'db.example' }, 'DATABASE_URL must be an address'],
    [{ DATABASE_URL: 'oracle://ann@db.example/sale' }, 'DATABASE_URL must be an address'],
    [{ DATABASE_URL: 'postgres://ann@db.example' }, 'DATABASE_URL must be an address'],
    [{ DATABASE_URL: 'postgres://ann@db.example/sale?ssl=true' }, 'may not have options'],
    [{ DATABASE_URL: 'mysql://ann@db.example/sale', DB_NAME: 'x' }, 'are both set'],
    [{ DB_NAME: 'sale' }, 'DB_HOST and DB_USER must be set, too'],
    [{ DATABASE_REPLICA_URL: 'mysql://ann@db.example/sale' }, 'needs DATABASE_URL'],
    [{ REDIS_URL: 'http://cache.example' }, 'REDIS_URL must be an address'],
    [{ REDIS_URL: 'redis://cache.example/x' }, 'REDIS_URL must be an address'],
    [{ REDIS_URL: 'redis://:50%@cache.example' }, 'with "%" in a part written as %25'],
    [{ DATABASE_URL: 'mysql://ann:50%@db.example/sale' }, 'with "%" in a part written as %25'],
    [
      { SMTP_URL: 'smtp://ann:50%@mail.example', MAIL_FROM: 'a@b.example' },
      'with "%" in a part written as %25',
    ],
    [{ STRIPE_ORIGIN: 'http://[' }, 'STRIPE_ORIGIN must be an http(s) origin'],
    [{ PAYMENT_URL: 'http://[' }, 'PAYMENT_URL must be an http(s) origin'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_EXPORTER_OTLP_HEADERS: 'a=50%' }, 'written as %25'],
    [{ REDIS_URL: 'redis://cache.example', REDIS_HOST: 'cache.example' }, 'are both set'],
    [{ REDIS_SENTINELS: 'a:26379' }, 'go together'],
    [{ REDIS_SENTINEL_MASTER: 'main' }, 'go together'],
    [{ REDIS_CLUSTER_NODES: 'a:7000,b' }, 'REDIS_CLUSTER_NODES must be pairs of host:port'],
  ])('%o is refused', (given, sentence) => {
    expect(errorsOf(given as Environment)).toEqual([expect.stringContaining(sentence)]);
  });

  it.each([
    [{ REDIS_URL: 'rediss://u:p@cache.example/2' }, { kind: 'single' }, { database: 2, username: 'u' }],
    [{ REDIS_HOST: 'cache.example' }, { kind: 'single', address: { host: 'cache.example', port: 6379 } }, {}],
    [
      { REDIS_CLUSTER_NODES: 'a:7000, [::1]:7001' },
      {
        kind: 'cluster',
        nodes: [
          { host: 'a', port: 7000 },
          { host: '::1', port: 7001 },
        ],
      },
      {},
    ],
    [
      { REDIS_SENTINELS: 'a:26379', REDIS_SENTINEL_MASTER: 'main', REDIS_PASSWORD: 'p' },
      { kind: 'sentinel', master: 'main' },
      { password: 'p' },
    ],
  ])('redis of %o', (given, servers, access) => {
    expect(configOf(given as Environment).backEnds.redis).toMatchObject({ servers, ...access });
  });

  it('TLS follows the address, and its certificate is checked unless that is switched off', () => {
    const tls = (given: Environment) => configOf(given).backEnds.redis?.tls;
    expect(tls({ REDIS_URL: 'rediss://cache.example' })).toEqual({ ca: undefined, anyCertificate: false });
    expect(tls({ REDIS_URL: 'rediss://cache.example', REDIS_TLS: 'unverified' })).toMatchObject({
      anyCertificate: true,
    });
    expect(tls({ REDIS_HOST: 'cache.example' })).toBeUndefined();
  });

  it.each([
    ['DATABASE', { DATABASE_URL: 'postgres://ann:p@h/d' }],
    ['REDIS', { REDIS_URL: 'redis://h' }],
    ['KAFKA', { KAFKA_BROKERS: 'h:9092', EVENT_BUS: 'kafka' }],
  ])('the authority of %s is refused where no TLS would use it', (server, address) => {
    const given = { [`${server}_TLS_CA`]: 'PEM', ...address };
    expect(errorsOf(given)).toEqual([
      `${server}_TLS_CA is given, but ${server}_TLS=off would not use it: set ${server}_TLS=verify, or unset ${server}_TLS_CA`,
    ]);
    expect(errorsOf({ ...given, [`${server}_TLS`]: 'verify' })).toEqual([]);
    expect(errorsOf({ ...given, [`${server}_TLS`]: 'verfy' })).toEqual([
      expect.stringContaining(`${server}_TLS must be`),
    ]);
  });

  it('the authority of Redis is used where its address says TLS', () => {
    expect(configOf({ REDIS_URL: 'rediss://h', REDIS_TLS_CA: 'PEM' }).backEnds.redis?.tls).toMatchObject({
      ca: 'PEM',
    });
  });

  it('passwords are never repeated', () => {
    expect(errorsOf({ DATABASE_URL: 'postgres://ann:hidden@' }).join()).not.toContain('hidden');
    expect(errorsOf({ REDIS_URL: 'redis://:hidden@/x' }).join()).not.toContain('hidden');
  });
});

describe('production', () => {
  const SECRET = 'a'.repeat(32);

  it('does not believe X-User-ID from everybody', () => {
    expect(errorsOf({ HOST: '0.0.0.0' })).toEqual([expect.stringContaining('TRUST_HEADER_AUTH=true')]);
    const behindProxy = configOf({ HOST: '0.0.0.0', TRUST_HEADER_AUTH: 'true' });
    expect(behindProxy).toMatchObject({
      production: true,
      allowReset: false,
      http: { requestsPerSecondPerAddress: 1000 },
    });
    expect(behindProxy.identity.openOrganiser).toBe(false);
  });

  it.each([
    [{}, 1],
    [{ JWT_SECRET: SECRET }, 0],
    [{ JWKS_URL: 'https://id.example/keys' }, 0],
    [{ JWKS_URL: 'ftp://id.example/keys' }, 1],
    [{ JWT_SECRET: SECRET, JWKS_URL: 'https://id.example/keys' }, 1],
    [{ JWT_SECRET: 'short' }, 1],
    [{ JWT_SECRET: SECRET, JWT_SECRET_BEFORE: 'b'.repeat(32) }, 0],
    [{ JWT_SECRET: SECRET, JWT_SECRET_BEFORE: 'short' }, 1],
    [{ JWKS_URL: 'https://id.example/keys', JWT_SECRET_BEFORE: SECRET }, 1],
    [{ JWT_SECRET: SECRET, ADMIN_TOKEN_BEFORE: 'organiser-of-before' }, 1],
    [{ JWT_SECRET: SECRET, INTERNAL_TOKEN_BEFORE: SECRET }, 1],
  ])('jwt with %o has %i errors', (given, count) => {
    expect(errorsOf({ AUTH_MODE: 'jwt', HOST: '0.0.0.0', ...given })).toHaveLength(count);
  });

  const KEY = '0123456789abcdef'.repeat(4);
  const RING = `one:${Buffer.from(KEY, 'hex').toString('base64')}`;

  it.each([
    [{ ADMIN_TOKEN: 'my-secret-token' }, 'ADMIN_TOKEN is a sample'],
    [{ ADMIN_TOKEN: 'ChangeMe' }, 'ADMIN_TOKEN is a sample'],
    [{ ADMIN_TOKEN: 'replace-me' }, 'ADMIN_TOKEN is a sample'],
    [{ ADMIN_TOKEN: 'a-short-one' }, 'ADMIN_TOKEN must have 16 characters or more'],
    [{ ADMIN_TOKEN: KEY, ADMIN_TOKEN_BEFORE: 'a-short-one' }, 'ADMIN_TOKEN_BEFORE must have 16'],
    [{ DATABASE_URL: 'mysql://ann:password@db.example/sale' }, 'DATABASE_URL is a sample'],
    [{ DB_HOST: 'db', DB_USER: 'ann', DB_NAME: 'sale', DB_PASSWORD: 'password' }, 'DB_PASSWORD is a sample'],
    [{ REDIS_URL: 'redis://:secret@cache.example' }, 'REDIS_URL is a sample'],
    [{ REDIS_HOST: 'cache.example', REDIS_PASSWORD: 'changeme' }, 'REDIS_PASSWORD is a sample'],
    [{ PAYMENT_PROVIDER: 'toss', TOSS_SECRET_KEY: 'your-secret-key' }, 'TOSS_SECRET_KEY is a sample'],
    [{ TICKET_KEYS: '0'.repeat(64) }, 'TICKET_KEYS is not random'],
    [{ TICKET_KEYS: `${KEY},${'ab'.repeat(32)}` }, 'TICKET_KEYS is not random'],
    [{ TOKEN_KEYS: `one:${Buffer.alloc(32, 7).toString('base64')}` }, 'TOKEN_KEYS is not random'],
  ])('refuses %o, and says what to do', (given, sentence) => {
    expect(errorsOf(given as Environment)).toEqual([]);
    const [error, ...others] = errorsOf({ ...(given as Environment), NODE_ENV: 'production' });
    expect(others).toEqual([]);
    expect(error).toContain(sentence);
    expect(error).toContain('openssl rand');
  });

  it('starts with secrets that are some', () => {
    const own = { ADMIN_TOKEN: 'b1946ac92492d234', TICKET_KEYS: KEY, TOKEN_KEYS: RING };
    expect(errorsOf({ ...own, NODE_ENV: 'production' })).toEqual([]);
    const sold = { AUTH_MODE: 'jwt', JWT_SECRET: KEY, HOST: '0.0.0.0', ...own };
    const servers = { DATABASE_URL: 'postgres://ann:Pq8x@db/sale', REDIS_URL: 'redis://:Zr4t@cache' };
    expect(errorsOf({ ...sold, ...servers })).toEqual([]);
  });

  it('does not repeat a weak secret', () => {
    const given = { REDIS_URL: 'redis://:changeme@cache.example', ADMIN_TOKEN: 'short-token' };
    const said = errorsOf({ ...given, NODE_ENV: 'production' }).join();
    expect(said).not.toContain('short-token');
    expect(said).not.toContain('changeme');
  });
});

it('.env.example is what the table says; made by `envExample()`', () => {
  expect(readFileSync('.env.example', 'utf8')).toBe(envExample());
  expect(errorsOf({}, files({ '.env': envExample() }))).toEqual([]);
});
