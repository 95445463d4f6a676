import type { InjectOptions } from 'fastify';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DateTimeInput, IdParams, Strict } from '../../../src/contract/common.ts';
import { parseDateTime } from '../../../src/contract/date-time.ts';
import { SECURITY } from '../../../src/http/documents/openapi.ts';
import { commandKey } from '../../../src/http/idempotency.ts';
import { requirePrincipal } from '../../../src/http/identity/identity.ts';
import type { HttpServer } from '../../../src/http/kit.ts';
import { languageOf } from '../../../src/http/messages/sentence.ts';
import { prefersPage } from '../../../src/http/weights.ts';
import { converse, listen, testServer } from './kit.ts';

let app: HttpServer;
beforeAll(async () => {
  ({ app } = await testServer());
  const { buyer, organiser } = SECURITY;
  app.get('/things', () => ({ all: true }));
  app.get('/things/:id', { schema: { params: IdParams } }, ({ params }) => params);
  app.post('/bare', () => ({ done: true }));
  const truth = Strict({ only: Type.Boolean({ default: true }) });
  app.get('/truth', { schema: { querystring: truth } }, ({ query }) => query);
  const dated = Strict({ date: DateTimeInput });
  app.post('/dated', { schema: { body: dated } }, ({ body }) => ({ at: parseDateTime(body.date) }));
  app.post('/own', { schema: { body: dated, security: buyer } }, requirePrincipal);
  app.post('/house', { schema: { body: dated, security: organiser } }, () => ({ done: true }));
  app.post('/keyed', (request) => commandKey(request, 'ann') ?? {});
});
afterAll(() => app.close());

const json = (url: string, body: object, headers = {}): InjectOptions => ({
  method: 'POST',
  url,
  payload: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});

describe('an address with a slash at its end', () => {
  it.each([
    ['/things/', '{"all":true}'],
    ['/things/7/', '{"id":7}'],
    ['/truth/?only=false', '{"only":false}'],
    ['/truth?only=0', '{"only":false}'],
  ])('%s', async (url, told) => {
    expect((await app.inject(url)).body).toBe(told);
  });

  it('is the same address for other methods, and where there is nothing there is nothing', async () => {
    expect((await app.inject({ method: 'POST', url: '/bare/' })).statusCode).toBe(200);
    const wrong = await app.inject({ method: 'POST', url: '/things/' });
    expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'GET, HEAD']);
    for (const url of ['/nothing/', '//', '/things/7/8/'])
      expect((await app.inject(url)).statusCode).toBe(404);
  });

  it('is no end where the slash belongs to the query', async () => {
    expect((await app.inject('/truth?only=/')).json().code).toBe('VALIDATION_FAILED');
    expect((await app.inject('/things?a=/?')).statusCode).toBe(200);
  });
});

describe('yes and no in a query', () => {
  it.each(['True', 'TRUE', 'true', '1', 'yes', 'on', 'T', 'y'])('%s is yes', async (word) => {
    expect((await app.inject(`/truth?only=${word}`)).json()).toEqual({ only: true });
  });
  it.each(['False', 'false', '0', 'No', 'off', 'f', 'N'])('%s is no', async (word) => {
    expect((await app.inject(`/truth?only=${word}`)).json()).toEqual({ only: false });
  });
  it.each(['', 'maybe', '2', 'constructor'])('%j is neither', async (word) => {
    expect((await app.inject(`/truth?only=${word}`)).statusCode).toBe(422);
  });
});

describe('a date', () => {
  it.each([
    ['2027-05-01T19:00:00', '2027-05-01T19:00:00.000Z'],
    ['2027-05-01 19:00:00', '2027-05-01T19:00:00.000Z'],
    ['2027-05-01 19:00:00.123456', '2027-05-01T19:00:00.123Z'],
    ['2027-05-01 19:00:00+09:00', '2027-05-01T10:00:00.000Z'],
    ['2027-05-01t19:00:00z', '2027-05-01T19:00:00.000Z'],
    ['2027-05-01T19:00', '2027-05-01T19:00:00.000Z'],
    ['2027-05-01', '2027-05-01T00:00:00.000Z'],
  ])('%s', async (date, at) => {
    const answer = await app.inject(json('/dated', { date }));
    expect(new Date(answer.json().at).toISOString()).toBe(at);
  });
  it.each([
    '2027-05-01 ',
    '2027-05-01T',
    '2027-05-01Z',
    '2027-05-01  19:00',
    '2027-02-30',
    '2027-05-01 24:00',
  ])('not %j', async (date) => {
    expect((await app.inject(json('/dated', { date }))).statusCode).toBe(422);
  });
});

describe('a stranger with a wrong request', () => {
  it('is asked who he is, and somebody known is told what is wrong', async () => {
    const unknown = { date: '2027-05-01', price: 1 };
    for (const wrong of [{}, unknown, { date: 'soon' }]) {
      expect((await app.inject(json('/own', wrong))).json()).toMatchObject({
        code: 'IDENTITY_REQUIRED',
        detail: 'X-User-ID header is required',
      });
      expect((await app.inject(json('/own', wrong, { 'x-user-id': 'ann' }))).statusCode).toBe(422);
    }
    expect((await app.inject(json('/dated', unknown))).json().code).toBe('UNKNOWN_FIELD');
  });

  it('is asked for the token where only the organiser may, unless the house is open to all', async () => {
    const { app: strict } = await testServer({ REQUIRE_ADMIN: 'true' });
    const body = Strict({ date: DateTimeInput });
    strict.post('/house', { schema: { body, security: SECURITY.organiser } }, () => ({ done: true }));
    const answer = await strict.inject(json('/house', {}));
    expect(answer.json()).toMatchObject({ code: 'IDENTITY_REQUIRED', detail: 'X-Token header is required' });
    expect((await app.inject(json('/house', {}))).statusCode).toBe(422);
    await strict.close();
  });
});

it('nothing at all may call itself a form', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const nothing = { method: 'POST', url: '/bare', headers: { ...form, 'content-length': '0' } } as const;
  expect((await app.inject(nothing)).statusCode).toBe(200);
  const something = { method: 'POST', url: '/bare', headers: form, payload: 'a=b' } as const;
  expect((await app.inject(something)).json().code).toBe('UNSUPPORTED_MEDIA_TYPE');
});

it('one of two idempotency keys is no key', async () => {
  const port = await listen(app);
  const ask = (keys: string) =>
    converse(
      port,
      `POST /keyed HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n${keys}\r\n`,
    );
  expect(await ask('Idempotency-Key: a\r\nIdempotency-Key: b\r\n')).toContain('IDEMPOTENCY_KEY_INVALID');
  expect(await ask('Idempotency-Key: a, b\r\n')).toContain('bodyHash');
});

it.each([
  [undefined, false],
  ['*/*', false],
  ['application/json', false],
  ['text/html', true],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
  ['TEXT/HTML; charset=utf-8', true],
  ['application/json, text/html;q=0.5', false],
  ['application/json;q=0.5, text/html', true],
  ['application/json, text/html', false],
  ['text/html, application/json', true],
  ['text/html;q=0', false],
  ['text/html;q=0, application/json;q=0', false],
])('Accept %s wants a page: %s', (accept, isPage) => {
  expect(prefersPage(accept)).toBe(isPage);
});

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['ko', 'ko'],
  ['KO-kr', 'ko'],
  ['ko-KR,ko;q=0.9,en;q=0.8', 'ko'],
  ['en-US,en;q=0.9,ko;q=0.8', 'en'],
  ['en;q=0.5, ko', 'ko'],
  ['en;q=0.8, ko;q=0.9', 'ko'],
  ['ko;q=0', 'en'],
  ['ko;q=0, *', 'en'],
  ['*', 'en'],
  ['de, *;q=0.5, ko;q=0.1', 'en'],
  ['fr, ko;q=0.2, *;q=0.1', 'ko'],
  ['zh-ko', 'en'],
  ['ko;q=what', 'en'],
  [', ,ko', 'ko'],
])('Accept-Language %s is %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
});
