import { request as send } from 'undici';
import { expect, it } from 'vitest';
import { bodyOf, expectRefusal } from '../client.ts';
import { sharedProgram } from '../shared-program.ts';

const { program, anyone } = sharedProgram();

it('the train edition calls a body that is no JSON a bad one: 422', async () => {
  for (const body of ['{', 'user_id', '{"user_id": "a",}']) {
    const headers = { 'content-type': 'application/json' };
    const answer = await send(`${program.url}/reserve`, { method: 'POST', headers, body });
    expect([answer.statusCode, await answer.body.json()]).toMatchObject([422, { code: 'BAD_JSON' }]);
  }
  const elsewhere = await send(`${program.url}/api/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{',
  });
  expect([elsewhere.statusCode, await elsewhere.body.json()]).toMatchObject([400, { code: 'BAD_JSON' }]);
});

it('the orders edition speaks of orders, in both languages', async () => {
  const unknown = (language: string) => anyone.get('/api/orders/999999', { 'accept-language': language });
  const code = { status: 404, code: 'ORDER_NOT_FOUND' };
  expectRefusal(await unknown('en'), { ...code, message: 'Order not found' });
  expectRefusal(await unknown('ko'), { ...code, message: '주문을 찾을 수 없습니다' });
});

interface Operation {
  parameters?: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: { required?: string[] } }> };
}

it('/openapi.json asks for nothing that has a default, and names the header of repeated requests', async () => {
  const { paths } = bodyOf(
    await anyone.get<{ paths: Record<string, Record<string, Operation>> }>('/openapi.json'),
  );
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
  );
  for (const { name, operation } of operations)
    for (const { schema, required } of operation.parameters ?? [])
      if ('default' in schema) expect(required, name).toBe(false);
  const extend = paths['/api/v1/reservations/{id}/extend']?.post?.requestBody?.content['application/json'];
  expect(extend?.schema.required ?? []).toEqual([]);
  const keyOf = (path: string) =>
    paths[path]?.post?.parameters?.find(({ name }) => name === 'Idempotency-Key')?.required;
  expect(keyOf('/api/orders')).toBe(true);
  for (const path of ['/api/v1/reservations', '/api/v1/bookings', '/api/v2/reservations', '/reserve'])
    expect(keyOf(path), path).toBe(false);
  expect(keyOf('/api/v1/seats/check-availability')).toBeUndefined();
});
