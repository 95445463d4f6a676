import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ReservationInput } from '../../../src/contract/reservation.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { sendRefusal } from '../../../src/http/answers/refusals.ts';
import { openEventStream } from '../../../src/http/streams/sse.ts';
import { StreamFrame, type StreamSocket } from '../../../src/http/streams/stream-socket.ts';
import { openWebSocket } from '../../../src/http/streams/websocket.ts';
import { converse, listen, type TestServer, testServer } from './kit.ts';

let server: TestServer;
let port: number;
let opened: StreamSocket[] = [];

beforeEach(async () => {
  opened = [];
  server = await testServer({
    HEADERS_TIMEOUT_SECONDS: '1',
    BODY_TIMEOUT_SECONDS: '1',
    STREAMS_PER_USER: '2',
  });
  const { app } = server;
  app.post('/hold', { schema: { body: ReservationInput } }, () => ({ ok: true }));
  app.get('/events', async (request, reply) => {
    const pass = await app.kit.streams.admit(request);
    if (isRefusal(pass)) return sendRefusal(request, reply, pass);
    opened.push(openEventStream(request, reply, pass));
    return reply;
  });
  app.get('/ws', async (request, reply) => {
    const pass = await app.kit.streams.admit(request);
    if (isRefusal(pass)) return sendRefusal(request, reply, pass);
    openWebSocket(request, reply, pass, (socket) => opened.push(socket));
    return reply;
  });
  port = await listen(app);
});
afterEach(() => server.app.close());

describe('bytes that never become a request', () => {
  it.each([
    ['not HTTP', 'hello\r\n\r\n', 400],
    ['no host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      'a header of 20,000 bytes',
      `GET /health HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
    [
      '150 headers',
      `GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${'X-A: 1\r\n'.repeat(150)}\r\n`,
      431,
    ],
    [
      '3,000 headers',
      `GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${'a:1\r\n'.repeat(3000)}\r\n`,
      431,
    ],
    [
      'two users',
      'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-User-ID: a\r\nX-User-ID: b\r\n\r\n',
      400,
    ],
    ['headers that trickle', 'GET /health HTTP/1.1\r\nHost: x\r\n', 408],
    [
      'a body that trickles',
      'POST /hold HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
      408,
    ],
    [
      'two lengths',
      'POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}',
      400,
    ],
    [
      'length and chunks',
      'POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'an upgrade of no stream',
      'GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      200,
    ],
    [
      'a handshake without a key',
      'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n',
      400,
    ],
    [
      'a handshake of another version',
      `GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ${'A'.repeat(22)}==\r\nSec-WebSocket-Version: 7\r\n\r\n`,
      400,
    ],
    [
      'an unknown expectation',
      'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: pie\r\n\r\n',
      200,
    ],
  ])('%s', { timeout: 15_000 }, async (_name, bytes, status) => {
    const answer = await converse(port, bytes);
    expect(answer.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const traceId = /^trace-id: ([0-9a-f]{32})\r$/im.exec(answer)?.[1];
    expect(traceId).toBeDefined();
    if (status < 400) return;
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
      traceId,
      code: expect.any(String),
    });
  });
});

const wsUrl = (query = '') => `ws://127.0.0.1:${port}/ws${query}`;

describe('WebSocket', () => {
  it('answers pings, carries shared frames of every length, and ends with a reason', async () => {
    const client = new WebSocket(wsUrl('?user_id=u'));
    const heard: string[] = [];
    client.on('message', (data) => heard.push(data.toString()));
    await once(client, 'open');
    client.send('{"type":"ping"}');
    await once(client, 'message');
    expect(JSON.parse(heard[0] ?? '')).toEqual({ type: 'pong', timestamp: '2026-11-21T00:00:00' });
    const texts = ['{"좌석":1}', 'x'.repeat(125), 'x'.repeat(126), 'x'.repeat(70_000)];
    for (const text of texts) opened[0]?.send(new StreamFrame(text));
    opened[0]?.close('slow');
    const [code, reason] = await once(client, 'close');
    expect(heard.slice(1)).toEqual(texts);
    expect([code, String(reason)]).toEqual([1013, 'slow']);
    expect(server.app.kit.streams.openStreams).toBe(0);
  });

  it.each([
    ['{', 1007],
    ['{"type":"buy"}', 1008],
    ['"'.padEnd(5000, 'x'), 1009],
  ])('closes after %.20s', async (message, expected) => {
    const client = new WebSocket(wsUrl());
    await once(client, 'open');
    client.send(message);
    const [code] = await once(client, 'close');
    expect(code).toBe(expected);
  });

  it('drops a client that shows no life', async () => {
    const client = new WebSocket(wsUrl(), { autoPong: false });
    await once(client, 'open');
    for (let beat = 0; beat < 4; beat++) server.clock.advance(15_000);
    const [code] = await once(client, 'close');
    expect(code).toBe(1006);
  });

  it('refuses foreign pages and more streams of a user than allowed', async () => {
    const status = (client: WebSocket) =>
      once(client, 'unexpected-response').then(
        ([, response]) => (response as { statusCode: number }).statusCode,
      );
    expect(await status(new WebSocket(wsUrl(), { origin: 'https://evil.example' }))).toBe(403);
    const welcome = [1, 2].map(
      () => new WebSocket(wsUrl('?user_id=u'), { origin: `http://127.0.0.1:${port}` }),
    );
    await Promise.all(welcome.map((client) => once(client, 'open')));
    expect(await status(new WebSocket(wsUrl('?user_id=u')))).toBe(429);
    welcome[0]?.close();
    await once(welcome[0] as WebSocket, 'close');
    await expect.poll(() => server.app.kit.streams.openStreams).toBe(1);
  });
});

describe('server-sent events', () => {
  it('carry ids, frames and heartbeats until the end', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/events`);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    expect(answer.headers.get('trace-id')).toMatch(/^[0-9a-f]{32}$/);
    opened[0]?.send('{"a":1}', '3.1');
    opened[0]?.send(new StreamFrame('two\nlines', '3.2'));
    server.clock.advance(15_000);
    opened[0]?.close('done');
    expect(await answer.text()).toBe(
      'retry: 2000\n\nid: 3.1\ndata: {"a":1}\n\nid: 3.2\ndata: two\ndata: lines\n\n:\n\nevent: done\ndata: {}\n\n',
    );
    expect(server.app.kit.streams.openStreams).toBe(0);
  });

  it('hang up on a client that does not read', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/events`);
    const frame = new StreamFrame('x'.repeat(100_000));
    let closed = false;
    opened[0]?.onClose(() => {
      closed = true;
    });
    for (let sent = 0; sent < 500 && !closed; sent++) {
      opened[0]?.send(frame);
      await new Promise(setImmediate);
    }
    expect(closed).toBe(true);
    expect(server.app.kit.streams.openStreams).toBe(0);
    await answer.body?.cancel();
  });
});
