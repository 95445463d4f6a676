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
    expect(config.payment).toEqual({
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
  ])('point from %s to %s', (wrong, right) => {
    expect(errorsOf({ [wrong]: '1' })).toEqual([`${wrong} is not a setting; did you mean ${right}?`]);
  });

  it.each(['REDIS_URL', 'DATABASE_URL', 'KAFKA_BROKERS', 'TRAIN_CAPACITY'])(
    'refuse %s until it is built',
    (name) => {
      expect(errorsOf({ [name]: 'x' })).toEqual([
        `${name} is not supported by this version of Onrush yet; unset it`,
      ]);
      expect(errorsOf({ [name]: '' })).toEqual([]);
    },
  );
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
  ])('jwt with %o has %i errors', (given, count) => {
    expect(errorsOf({ AUTH_MODE: 'jwt', HOST: '0.0.0.0', ...given })).toHaveLength(count);
  });

  it('refuses the sample token', () => {
    expect(errorsOf({ ADMIN_TOKEN: 'my-secret-token' })).toEqual([]);
    expect(errorsOf({ ADMIN_TOKEN: 'my-secret-token', NODE_ENV: 'production' })).toHaveLength(1);
  });
});

it('.env.example is what the table says; made by `envExample()`', () => {
  expect(readFileSync('.env.example', 'utf8')).toBe(envExample());
  expect(errorsOf({}, files({ '.env': envExample() }))).toEqual([]);
});
