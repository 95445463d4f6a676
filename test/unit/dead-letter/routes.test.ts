import { afterEach, describe, expect, it } from 'vitest';
import { groupCommitter } from '../../../src/adapters/sql/commits/group-committer.ts';
import { sqlDeadLetters } from '../../../src/adapters/sql/messages/dead-letters.ts';
import { sqlOutbox } from '../../../src/adapters/sql/messages/outbox.ts';
import { migrate } from '../../../src/adapters/sql/migrate.ts';
import { deadLetterRoutes } from '../../../src/dead-letter/routes.ts';
import type { HttpServer } from '../../../src/http/kit.ts';
import { memoryConnection } from '../../backends/memory-connection.ts';
import { ADMIN_TOKEN, testServer } from '../http/kit.ts';

let close: () => Promise<void>;
afterEach(() => close());

async function letters(): Promise<{ app: HttpServer; outbox: ReturnType<typeof sqlOutbox> }> {
  const connection = memoryConnection();
  await migrate(connection);
  const database = groupCommitter(connection);
  const store = sqlDeadLetters(database);
  await store.put({
    consumer: 'ticket',
    reason: 'TypeError: x',
    attempts: 5,
    at: Date.UTC(2026, 10, 21, 12),
    message: { messageId: 'CONFIRMED of 1/2', topic: 'order.events', key: '3', body: { n: 1 }, at: 0 },
  });
  const { app } = await testServer();
  deadLetterRoutes(app, store);
  close = async () => {
    await app.close();
    await connection.close();
  };
  return { app, outbox: sqlOutbox(database) };
}

const headers = { 'x-token': ADMIN_TOKEN };
const PATH = `/api/v1/dead-letters/ticket/${encodeURIComponent('CONFIRMED of 1/2')}`;

describe('dead letters', () => {
  it('are listed for the organiser, and for nobody else', async () => {
    const { app } = await letters();
    expect((await app.inject({ url: '/api/v1/dead-letters' })).statusCode).toBe(401);
    const buyer = { 'x-user-id': 'ann' };
    expect((await app.inject({ url: '/api/v1/dead-letters', headers: buyer })).statusCode).toBe(403);
    expect((await app.inject({ url: '/api/v1/dead-letters', headers })).json()).toEqual([
      {
        consumer: 'ticket',
        message_id: 'CONFIRMED of 1/2',
        topic: 'order.events',
        key: '3',
        body: { n: 1 },
        reason: 'TypeError: x',
        attempts: 5,
        sent_at: '1970-01-01T00:00:00',
        died_at: '2026-11-21T12:00:00',
      },
    ]);
  });

  it('are sent again on demand, once', async () => {
    const { app, outbox } = await letters();
    const replay = () => app.inject({ method: 'POST', url: `${PATH}/replay`, headers });
    expect((await replay()).statusCode).toBe(202);
    expect((await outbox.waiting(9)).map(({ message }) => message)).toMatchObject([
      { messageId: 'CONFIRMED of 1/2', body: { n: 1 } },
    ]);
    expect((await app.inject({ url: '/api/v1/dead-letters', headers })).json()).toEqual([]);
    expect((await replay()).statusCode).toBe(404);
  });

  it('are dropped on demand', async () => {
    const { app, outbox } = await letters();
    const drop = () => app.inject({ method: 'DELETE', url: PATH, headers });
    expect((await drop()).statusCode).toBe(204);
    expect((await drop()).statusCode).toBe(404);
    expect(await outbox.waiting(9)).toEqual([]);
    expect((await app.inject({ method: 'DELETE', url: PATH })).statusCode).toBe(401);
  });
});
