import type { InjectOptions } from 'fastify';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DateTimeInput, IdParams, MoneyInput, Strict } from '../../../src/contract/common.ts';
import { ReservationInput } from '../../../src/contract/reservation.ts';
import { BrokenInvariant } from '../../../src/core/assert.ts';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { STATUS_OF } from '../../../src/http/answers/refusals.ts';
import type { HttpServer } from '../../../src/http/kit.ts';
import { testServer } from './kit.ts';

let app: HttpServer;

beforeAll(async () => {
  ({ app } = await testServer({ BODY_LIMIT_BYTES: '4096' }));
  app.post('/hold', { schema: { body: ReservationInput } }, (request) => request.body);
  const eventBody = Strict({ date: DateTimeInput, price: Type.Optional(MoneyInput) });
  app.post('/event', { schema: { body: eventBody } }, (request) => request.body);
  app.post('/anything', (request) => ({ got: request.body ?? null }));
  app.get('/things/:id', { schema: { params: IdParams } }, (request) => request.params);
  app.delete('/things/:id', { schema: { params: IdParams } }, () => ({ success: true }));
  const named = Type.Object({ name: Type.String() });
  app.get('/names/:name', { schema: { params: named } }, (request) => request.params);
  app.get('/names', { schema: { querystring: named } }, (request) => request.query);
  app.get('/bug', () => {
    throw new TypeError('secret of the house');
  });
  app.get('/broken', () => {
    throw new BrokenInvariant('two owners');
  });
  app.get('/pretender', () => {
    throw Object.assign(new Error('mine'), { statusCode: 404, code: 'ENOENT' });
  });
  app.get('/down', () => {
    throw new Unavailable('ledger', { retryAfterSeconds: 7, indefinite: true });
  });
});
afterAll(() => app.close());

const HOLD = { event_id: 1, seat_ids: [1], user_id: 'u' };
const json = (payload: string | Buffer): InjectOptions => ({
  method: 'POST',
  url: '/hold',
  headers: { 'content-type': 'application/json' },
  payload,
});
const hold = (change: object) => json(JSON.stringify({ ...HOLD, ...change }));
const event = (body: object): InjectOptions => ({ ...json(JSON.stringify(body)), url: '/event' });

type Attack = [name: string, request: InjectOptions, code: keyof typeof STATUS_OF, field?: string];

const BODIES: Attack[] = [
  ['no JSON', json('{"event_id":'), 'BAD_JSON'],
  ['NaN', json('{"event_id":NaN}'), 'BAD_JSON'],
  ['trailing bytes', json('{} {}'), 'BAD_JSON'],
  ['a byte order mark', json('\ufeff{}'), 'BAD_JSON'],
  ['no UTF-8', json(Buffer.from('{"event_id":1,"seat_ids":[1],"user_id":"\xff"}', 'latin1')), 'BAD_JSON'],
  ['an empty body', json(''), 'VALIDATION_FAILED', 'body'],
  ['no body and no type', { method: 'POST', url: '/hold' }, 'VALIDATION_FAILED', 'body'],
  ['null', json('null'), 'VALIDATION_FAILED'],
  ['an array', json('[]'), 'VALIDATION_FAILED', 'body'],
  ['a number', json('7'), 'VALIDATION_FAILED', 'body'],
  ['a missing field', json('{"event_id":1,"seat_ids":[1]}'), 'VALIDATION_FAILED', 'user_id'],
  ['an unknown field', hold({ price: 0 }), 'UNKNOWN_FIELD', 'price'],
  ['an id as text', hold({ event_id: '1' }), 'VALIDATION_FAILED', 'event_id'],
  ['an id as boolean', hold({ event_id: true }), 'VALIDATION_FAILED', 'event_id'],
  ['a fraction', hold({ event_id: 1.5 }), 'VALIDATION_FAILED', 'event_id'],
  ['zero', hold({ event_id: 0 }), 'VALIDATION_FAILED', 'event_id'],
  [
    '2^53',
    json('{"event_id":9007199254740992,"seat_ids":[1],"user_id":"u"}'),
    'VALIDATION_FAILED',
    'event_id',
  ],
  ['1e400', json('{"event_id":1e400,"seat_ids":[1],"user_id":"u"}'), 'VALIDATION_FAILED', 'event_id'],
  ['-1e400 deep inside', json('{"a":[{"b":-1e400}]}'), 'VALIDATION_FAILED', 'a.0.b'],
  ['no seats', hold({ seat_ids: [] }), 'VALIDATION_FAILED', 'seat_ids'],
  ['a seat that is none', hold({ seat_ids: [1, null] }), 'VALIDATION_FAILED', 'seat_ids.1'],
  ['a long user', hold({ user_id: 'x'.repeat(51) }), 'VALIDATION_FAILED', 'user_id'],
  ['__proto__', json('{"__proto__":{"admin":true}}'), 'UNKNOWN_FIELD', '__proto__'],
  ['__proto__ in disguise', json('{"\\u005f_proto__":1}'), 'UNKNOWN_FIELD', '__proto__'],
  ['constructor inside', json('{"a":{"constructor":{"prototype":{}}}}'), 'UNKNOWN_FIELD', 'a.constructor'],
  ['NUL in text', json('{"user_id":"a\\u0000b"}'), 'VALIDATION_FAILED', 'user_id'],
  ['half a surrogate pair', json('{"user_id":"\\ud800"}'), 'VALIDATION_FAILED', 'user_id'],
  ['33 levels', json('['.repeat(33) + ']'.repeat(33)), 'VALIDATION_FAILED'],
  ['2,000 levels', json('['.repeat(2000) + ']'.repeat(2000)), 'VALIDATION_FAILED'],
  ['too many bytes', json(`"${'x'.repeat(5000)}"`), 'BODY_TOO_LARGE'],
  ['a day that is none', event({ date: '2026-02-30T10:00:00' }), 'VALIDATION_FAILED', 'date'],
  ['three decimals', event({ date: '2026-02-03T10:00:00', price: '1.005' }), 'VALIDATION_FAILED', 'price'],
  ['a price of zero', event({ date: '2026-02-03T10:00:00', price: '0.00' }), 'VALIDATION_FAILED', 'price'],
];

const typed = (type: string): InjectOptions => ({ ...hold({}), headers: { 'content-type': type } });
const encoded = (encoding: string): InjectOptions => ({
  ...hold({}),
  headers: { 'content-type': 'application/json', 'content-encoding': encoding },
});
const ENVELOPES: Attack[] = [
  ['text', typed('text/plain'), 'UNSUPPORTED_MEDIA_TYPE'],
  ['a form', typed('application/x-www-form-urlencoded'), 'UNSUPPORTED_MEDIA_TYPE'],
  ['a media type that is none', typed(';;;'), 'UNSUPPORTED_MEDIA_TYPE'],
  ['UTF-16', typed('application/json; charset=utf-16'), 'UNSUPPORTED_MEDIA_TYPE'],
  ['UTF-16 in quotes', typed('application/json; charset="utf-16"'), 'UNSUPPORTED_MEDIA_TYPE'],
  ['no type', { method: 'POST', url: '/hold', payload: '{}' }, 'UNSUPPORTED_MEDIA_TYPE'],
  ['gzip', encoded('gzip'), 'UNSUPPORTED_MEDIA_TYPE'],
  ['identity', encoded('identity'), 'UNSUPPORTED_MEDIA_TYPE'],
  ['an empty user', { url: '/health', headers: { 'x-user-id': '' } }, 'IDENTITY_INVALID'],
  ['a user of blanks', { url: '/health', headers: { 'x-user-id': '   ' } }, 'IDENTITY_INVALID'],
  ['a long user header', { url: '/health', headers: { 'x-user-id': 'x'.repeat(129) } }, 'IDENTITY_INVALID'],
  ['too many headers', { url: '/health', headers: manyHeaders(101) }, 'HEADERS_TOO_MANY'],
];

const PATHS: Attack[] = [
  ['an unknown path', { url: '/nowhere' }, 'NOT_FOUND'],
  ['an unknown path with a body', { ...hold({}), url: '/nowhere' }, 'NOT_FOUND'],
  ['a bad escape', { url: '/things/%zz' }, 'BAD_REQUEST'],
  ['a path out of the house', { url: '/../../etc/passwd' }, 'NOT_FOUND'],
  ['an endless parameter', { url: `/things/${'9'.repeat(2000)}` }, 'NOT_FOUND'],
  ['an id that is no number', { url: '/things/abc' }, 'VALIDATION_FAILED', 'id'],
  ['an id with NUL', { url: '/things/1%00' }, 'VALIDATION_FAILED', 'id'],
  ['a name with NUL', { url: '/names/a%00b' }, 'VALIDATION_FAILED', 'name'],
  ['a name with NUL in the query', { url: '/names?name=%00' }, 'VALIDATION_FAILED', 'name'],
  ['an id past safety', { url: '/things/9007199254740993' }, 'VALIDATION_FAILED', 'id'],
  ['another method', { method: 'PUT', url: '/things/1' }, 'METHOD_NOT_ALLOWED'],
  ['OPTIONS without CORS', { method: 'OPTIONS', url: '/hold' }, 'METHOD_NOT_ALLOWED'],
];

function manyHeaders(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-h-${index}`, '1']));
}

describe.each([
  ['bodies', BODIES],
  ['envelopes', ENVELOPES],
  ['paths and methods', PATHS],
])('nonsense in %s', (_group, attacks) => {
  it.each(attacks)('%s', async (_name, request, code, field) => {
    const answer = await app.inject(request);
    const body = answer.json();
    expect({ status: answer.statusCode, code: body.code }).toEqual({ status: STATUS_OF[code], code });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['trace-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.headers['x-request-id']).toBe(answer.headers['trace-id']);
    expect(body).toMatchObject({ traceId: answer.headers['trace-id'], message: expect.stringMatching(/\S/) });
    expect(body).not.toHaveProperty('indefinite');
    if (field) expect(body.detail.map((each: { field: string }) => each.field)).toContain(field);
    else if (typeof body.detail === 'string') expect(body.detail).toBe(body.message);
  });
});

describe('what is well-formed passes', () => {
  it('a hold, untouched', async () => {
    const answer = await app.inject(hold({}));
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual(HOLD);
  });

  it.each([
    '2026-12-24T19:00:00',
    '2026-12-24T19:00',
    '2024-02-29T23:59:59.123Z',
    '2026-12-24T19:00:00+09:00',
  ])('the date %s', async (date) => {
    expect((await app.inject(event({ date, price: '100.50' }))).statusCode).toBe(200);
  });

  it('an empty JSON body where none is needed', async () => {
    expect((await app.inject({ ...json(''), url: '/anything' })).json()).toEqual({ got: null });
  });
});

describe('errors of the house', () => {
  it.each(['/bug', '/broken', '/pretender'])('%s is 500, indefinite, and tells nothing', async (url) => {
    const answer = await app.inject({ url });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'INTERNAL_ERROR', indefinite: true });
    expect(answer.body).not.toMatch(/secret|owners|mine|cause/);
  });

  it('a back end that is down is 503 with Retry-After', async () => {
    const answer = await app.inject({ url: '/down' });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('7');
    expect(answer.json()).toMatchObject({ code: 'UNAVAILABLE', indefinite: true });
  });

  it('shows the cause with DEBUG only', async () => {
    const debugging = await testServer({ DEBUG: 'true' });
    debugging.app.get('/bug', () => {
      throw new TypeError('why');
    });
    expect((await debugging.app.inject('/bug')).json().cause).toContain('TypeError: why');
    await debugging.app.close();
  });
});

describe('manners', () => {
  it('405 names the methods in Allow', async () => {
    const answer = await app.inject({ method: 'PATCH', url: '/things/1?x=1' });
    expect(answer.headers.allow).toBe('GET, HEAD, DELETE');
  });

  it.each([
    ['ko-KR,ko;q=0.9,en;q=0.8', '요청에 올바르지 않은 값이 있습니다', '필수 항목입니다'],
    ['en-US,ko;q=0.5', 'The request has invalid values', 'is required'],
  ])('speaks the language of %s', async (language, message, field) => {
    const request = json('{"event_id":1,"seat_ids":[1]}');
    const answer = await app.inject({
      ...request,
      headers: { ...request.headers, 'accept-language': language },
    });
    expect(answer.json()).toMatchObject({ message, detail: [{ field: 'user_id', message: field }] });
  });

  it('continues the caller’s trace and repeats a harmless request id', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const answer = await app.inject({ url: '/health', headers: { traceparent, 'x-request-id': 'abc-1' } });
    expect(answer.headers).toMatchObject({ 'trace-id': traceparent.slice(3, 35), 'x-request-id': 'abc-1' });
  });

  it.each(['00-00000000000000000000000000000000-00f067aa0ba902b7-01', 'nonsense', 'ff-4bf9'])(
    'starts a trace of its own for %s',
    async (traceparent) => {
      const answer = await app.inject({ url: '/health', headers: { traceparent, 'x-request-id': 'a\tb' } });
      expect(answer.headers['trace-id']).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
      expect(answer.headers['x-request-id']).toBe(answer.headers['trace-id']);
    },
  );
});

it.each([
  'application/json',
  'application/json;',
  'Application/JSON;charset=UTF-8',
  'application/json; charset="utf-8"',
])('JSON may be called %s', async (type) => {
  expect((await app.inject(typed(type))).json()).toEqual(HOLD);
});
