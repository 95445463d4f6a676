import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EventView } from '../../../src/contract/event.ts';
import type { HttpServer } from '../../../src/http/kit.ts';
import { english } from '../../../src/http/messages/en.ts';
import { korean } from '../../../src/http/messages/ko.ts';
import { connectedFrame } from '../../../src/request-queue/wire.ts';
import { ADMIN_TOKEN, testServer } from './kit.ts';

let app: HttpServer;
beforeAll(async () => {
  ({ app } = await testServer());
  app.get(
    '/api/v1/events/:id',
    { schema: { tags: ['events'], response: { 200: EventView } } },
    (_, reply) => {
      reply.callNotFound();
    },
  );
  await app.ready();
});
afterAll(() => app.close());

it('the OpenAPI document lists every route with its errors', async () => {
  const document = (await app.inject('/openapi.json')).json();
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).sort()).toEqual([
    '/api/v1/events/{id}',
    '/api/v1/stream-tickets',
    '/health',
    '/metrics',
    '/ready',
  ]);
  const { responses } = document.paths['/api/v1/events/{id}'].get;
  expect(Object.keys(responses).sort()).toEqual(['200', '4XX', '5XX']);
  const { schema } = responses['4XX'].content['application/json'];
  expect(schema).toEqual({ $ref: '#/components/schemas/Error' });
  expect(document.components.schemas.Error.properties).toHaveProperty('traceId');
  expect(responses['4XX'].headers).toHaveProperty('Retry-After');
  expect(responses['200'].description).toBe('OK');
  expect(document.paths['/api/v1/stream-tickets'].post.security).toEqual([{ userId: [] }, { bearer: [] }]);
  expect(JSON.stringify(document)).not.toContain('$id');
});

it('the AsyncAPI document refers only to messages it has', async () => {
  const document = (await app.inject('/asyncapi.json')).json();
  expect(document.asyncapi).toBe('3.0.0');
  const names = Object.keys(document.components.messages);
  const references = [...JSON.stringify(document).matchAll(/#\/components\/messages\/(\w+)/g)].map(
    ([, name]) => name,
  );
  expect(new Set(references)).toEqual(new Set(names));
  expect(document.components.messages.patch.payload.properties).toHaveProperty('version');
});

it('describes the first frame of a buyer’s channel', async () => {
  const document = (await app.inject('/asyncapi.json')).json();
  const names = Object.keys(document.channels.buyerSocket.messages);
  const described = names.map((name) => document.components.messages[name].payload);
  const ajv = new Ajv({ strict: false });
  const first = JSON.parse(connectedFrame(0));
  expect(described.some((payload) => ajv.validate(payload, first))).toBe(true);
});

it.each(['/docs', '/docs/static/swagger-initializer.js', '/redoc/'])(
  '%s loads nothing from outside',
  async (url) => {
    const answer = await app.inject(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).not.toMatch(/(src|href)=["']?(https?:)?\/\//);
    expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
  },
);

it('/redoc offers no assistant that would ask servers of others', async () => {
  const { body } = await app.inject('/redoc/');
  expect(body).toMatch(/"?agent"?:\s*\{\s*"?disabled"?:\s*true/);
});

it('metrics are the organiser’s, and count by route and class', async () => {
  expect((await app.inject('/metrics')).statusCode).toBe(401);
  await app.inject('/nowhere');
  const text = (await app.inject({ url: '/metrics', headers: { 'x-token': ADMIN_TOKEN } })).body;
  expect(text).toMatch(/http_request_duration_seconds_count\{method="\*",route="unknown",status="4xx"\} 1\n/);
  expect(text).toMatch(/http_request_duration_seconds_bucket\{.*route="\/metrics".*le="\+Inf"\} 1\n/);
  expect(text).toMatch(/refusals_total\{code="NOT_FOUND"\} 1\n/);
  expect(text).toMatch(/^oversell_total 0$/m);
});

it('both languages name the same facts', () => {
  const factsOf = (sentences: Readonly<Record<string, string>>) =>
    Object.entries(sentences).map(([code, text]) => [code, (text.match(/\{\w+\}/g) ?? []).sort()]);
  expect(factsOf(korean)).toEqual(factsOf(english));
});
