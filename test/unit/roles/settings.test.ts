import { describe, expect, it } from 'vitest';
import { type Config, type Environment, readConfig } from '../../../src/config.ts';
import { ROLES } from '../../../src/roles.ts';

const SHARED: Environment = {
  DATABASE_URL: 'postgres://u:p@127.0.0.1/onrush',
  REDIS_URL: 'redis://127.0.0.1:6379',
  ADMIN_TOKEN: 'organiser',
  TOKEN_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
  INTERNAL_TOKEN: 'i'.repeat(32),
};

function configOf(env: Environment): Config {
  const read = readConfig(env);
  if ('errors' in read) throw new Error(read.errors.join('\n'));
  return read.config;
}

function errorsOf(env: Environment): string[] {
  const read = readConfig(env);
  return 'errors' in read ? read.errors : [];
}

describe('roles', () => {
  it('are all of them when nothing is said', () => {
    const { roles, port } = configOf({});
    expect(roles.here.names).toEqual([...ROLES]);
    expect(roles.here.isWhole).toBe(true);
    expect(port).toBe(8000);
  });

  it.each([
    ['catalog', 8080],
    ['reservation', 8081],
    ['order', 8082],
  ])('%s alone listens on %i', (role, port) => {
    expect(configOf({ ...SHARED, ROLES: role }).port).toBe(port);
    expect(configOf({ ...SHARED, ROLES: role, PORT: '9000' }).port).toBe(9000);
  });

  it('some together listen where all do', () => {
    const config = configOf({ ...SHARED, ROLES: 'order, catalog' });
    expect(config.roles.here.names).toEqual(['catalog', 'order']);
    expect(config.port).toBe(8000);
    expect(config.traces).toBeUndefined();
  });

  it.each([
    ['REDIS_URL', 'ROLES=order is a part of the program'],
    ['DATABASE_URL', 'ROLES=order is a part of the program'],
    ['INTERNAL_TOKEN', 'roles that run apart need the same INTERNAL_TOKEN'],
    ['ADMIN_TOKEN', 'the same ADMIN_TOKEN'],
  ])('apart are refused without %s', (name, sentence) => {
    const errors = errorsOf({ ...SHARED, ROLES: 'order', [name]: '' });
    expect(errors.join('\n')).toContain(sentence);
  });

  it('need only the keys of what they do', () => {
    const stripe = { ...SHARED, PAYMENT_PROVIDER: 'stripe' };
    expect(errorsOf({ ...stripe, ROLES: 'order' })).toEqual([]);
    expect(errorsOf({ ...stripe, ROLES: 'payment' })).toEqual([
      'PAYMENT_PROVIDER=stripe needs STRIPE_SECRET_KEY',
    ]);
    expect(errorsOf({ ...SHARED, ROLES: 'ticket' }).join()).toContain('TICKET_KEYS');
  });

  it('on several machines must say where the payments are', () => {
    const keys = Buffer.from('8f1c5d0e9b7a4f2386d1c0b9a7e6f5d4', 'utf8').toString('base64');
    const secrets = { ADMIN_TOKEN: '3b9e51f0a7c84d26', TOKEN_KEYS: `k1:${keys}` };
    const far = { ...SHARED, ...secrets, HOST: '10.0.0.4', TRUST_HEADER_AUTH: 'true', ROLES: 'order' };
    expect(errorsOf(far)).toEqual(['ROLES=order asks the payment role: set PAYMENT_URL']);
    expect(configOf({ ...far, PAYMENT_URL: 'http://10.0.0.5:8083/' }).roles.paymentUrl).toBe(
      'http://10.0.0.5:8083',
    );
    expect(errorsOf({ ...far, ROLES: 'catalog' })).toEqual([]);
    expect(errorsOf({ ...far, PAYMENT_URL: '10.0.0.5' }).join()).toContain('PAYMENT_URL must be');
  });
});

describe('traces', () => {
  const collector = 'http://127.0.0.1:4318/';

  it('go where OpenTelemetry’s settings say', () => {
    expect(configOf({ OTEL_EXPORTER_OTLP_ENDPOINT: collector }).traces).toMatchObject({
      url: 'http://127.0.0.1:4318/v1/traces',
      serviceName: 'onrush',
      sampler: { kind: 'parentbased_always_on', share: 1 },
    });
    const exact = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c.example/x', ROLES: 'order', ...SHARED };
    expect(configOf({ ...exact, OTEL_EXPORTER_OTLP_ENDPOINT: collector }).traces).toMatchObject({
      url: 'https://c.example/x',
      serviceName: 'onrush-order',
    });
  });

  it('carry the headers that the collector wants', () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_EXPORTER_OTLP_HEADERS: 'a=b%20c, d=e=f' };
    expect(configOf(env).traces?.headers).toEqual({ a: 'b c', d: 'e=f' });
    expect(errorsOf({ ...env, OTEL_EXPORTER_OTLP_HEADERS: 'nonsense' })).toHaveLength(1);
  });

  it('are refused an address that is none', () => {
    expect(errorsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' })).toEqual([
      'OTEL_EXPORTER_OTLP_ENDPOINT must be an http(s) address',
    ]);
  });
});
