import { afterEach, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { PaymentNotices } from '../../../src/payment/notices.ts';
import type { SentNotice } from '../../../src/payment/ports/provider-notices.ts';
import { paymentRoutes } from '../../../src/payment/routes.ts';
import { embeddedInMemory } from '../../backends/embedded.ts';
import { type TestServer, testServer } from '../http/kit.ts';

let server: TestServer;
afterEach(() => server.app.close());

/** The route with a provider that takes what is signed "yes", and orders that hear of it. */
async function given() {
  server = await testServer();
  const { ports } = await embeddedInMemory.start();
  await ports.paymentReferences.keep('acme', { attemptId: 'a1', orderId: 7 }, 'charge 1');
  const seen: SentNotice[] = [];
  const heard: number[] = [];
  let trouble: Unavailable | undefined;
  const reader = {
    provider: 'acme',
    async read(sent: SentNotice) {
      if (trouble) throw trouble;
      seen.push(sent);
      if (sent.header('acme-signature') !== 'yes') return 'refused' as const;
      return { noticeId: Buffer.from(sent.body).toString('hex').slice(0, 200), reference: 'charge 1' };
    },
  };
  const notices = new PaymentNotices({
    readers: [reader],
    references: ports.paymentReferences,
    log: ports.paymentNotices,
    clock: server.clock,
    orders: { paymentNews: async (orderId: number) => void heard.push(orderId) },
  });
  paymentRoutes(server.app, notices);
  server.app.post('/json', { schema: { hide: true } }, (request) => ({ body: request.body }));
  const post = (body: string | Buffer, headers: Record<string, string> = {}, provider = 'acme') =>
    server.app.inject({
      method: 'POST',
      url: `/api/v1/payments/webhooks/${provider}`,
      payload: body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  return { post, seen, heard, break: (error: Unavailable) => (trouble = error) };
}

const signed = { 'acme-signature': 'yes' };

describe('POST /api/v1/payments/webhooks/{provider}', () => {
  it('hands the bytes on as they came, and tells the order', async () => {
    const { post, seen, heard } = await given();
    const body = Buffer.from('{ "a" : 1,\n "한글": "\\u00e9", "b":1e400 }  ');
    const answer = await post(body, signed);
    expect([answer.statusCode, answer.json()]).toEqual([200, { received: true }]);
    expect(Buffer.from(seen[0]?.body ?? []).equals(body)).toBe(true);
    expect(heard).toEqual([7]);
  });

  it('takes one that comes again without telling the order again, after a restart too', async () => {
    const { post, heard } = await given();
    for (let again = 0; again < 3; again++) expect((await post('{"id":1}', signed)).statusCode).toBe(200);
    expect((await post('{"id":2}', signed)).statusCode).toBe(200);
    expect(heard).toEqual([7, 7]);
  });

  it.each([
    ['without a signature', {}],
    ['with a wrong one', { 'acme-signature': 'no' }],
  ])('answers 400 %s, and nobody hears of it', async (_what, headers) => {
    const { post, heard } = await given();
    const answer = await post('{"id":1}', headers);
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'WEBHOOK_REFUSED']);
    expect(answer.headers['trace-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(heard).toEqual([]);
  });

  it('answers 404 for a provider that is not in use', async () => {
    const { post } = await given();
    const answer = await post('{}', signed, 'nobody');
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'NOT_FOUND']);
  });

  it('answers 503 when it cannot be told now, so that it is sent again', async () => {
    const { post, heard, break: fail } = await given();
    fail(new Unavailable('not now'));
    expect((await post('{}', signed)).statusCode).toBe(503);
    expect(heard).toEqual([]);
  });

  it('takes any media type, an empty body, and no more than 256 KiB', async () => {
    const { post, seen } = await given();
    expect((await post('text', { ...signed, 'content-type': 'text/plain' })).statusCode).toBe(200);
    expect((await post('', signed)).statusCode).toBe(200);
    expect(seen[1]?.body).toHaveLength(0);
    expect((await post(Buffer.alloc(256 * 1_024 + 1, 32), signed)).statusCode).toBe(413);
  });

  it('leaves the JSON of other routes as it was', async () => {
    await given();
    const answer = await server.app.inject({ method: 'POST', url: '/json', payload: { a: 1 } });
    expect(answer.json()).toEqual({ body: { a: 1 } });
    const broken = await server.app.inject({
      method: 'POST',
      url: '/json',
      payload: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect(broken.statusCode).toBe(400);
  });
});
