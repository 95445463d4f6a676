import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CrowdWire, openCrowdWire } from '../../../src/proof/rush/crowd/crowd-wire.ts';
import { openPages } from '../../../src/proof/rush/crowd/lobby.ts';
import { type CrowdHouse, crowdHouse } from './crowd-house.ts';

interface Asked {
  line: string;
  headers: IncomingMessage['headers'];
  body: string;
}

let house: CrowdHouse;
let wire: CrowdWire;
let answer: (response: ServerResponse, seen: number) => void;
let asked: Asked[];
let connections: number;

beforeEach(async () => {
  [asked, connections] = [[], 0];
  answer = (response) => response.end('{}');
  const listen: RequestListener = (request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { method, url, headers } = request;
      answer(response, asked.push({ line: `${method} ${url}`, headers, body }));
    });
  };
  house = await crowdHouse(listen, { connections: 3, onConnection: () => connections++ });
  wire = house.wire;
});

afterEach(() => house.close());

const look = (path = '/') => wire.send({ method: 'GET', path });

describe('the wire of a crowd', () => {
  it('says who asks, with which key and session, and what, letter by letter', async () => {
    const body = { name: '김 – ç' };
    await wire.send({ method: 'POST', path: '/a', userId: 'u', key: 'k', session: 's', body });
    await wire.send({ method: 'POST', path: '/b' });
    const [first, second] = asked;
    expect(first?.line).toBe('POST /a');
    expect(first?.headers).toMatchObject({
      'x-user-id': 'u',
      'idempotency-key': 'k',
      'x-sale-session': 's',
    });
    expect(JSON.parse(first?.body ?? '')).toEqual(body);
    expect([second?.body, second?.headers['content-length']]).toEqual(['', '0']);
  });

  it('answers many on few connections, each with its own answer', async () => {
    answer = (response, seen) => response.end(`${seen}`);
    const replies = await Promise.all(Array.from({ length: 30 }, (_, each) => look(`/${each}`)));
    expect(replies.map((reply) => 'body' in reply && asked[Number(reply.body) - 1]?.line)).toEqual(
      Array.from({ length: 30 }, (_, each) => `GET /${each}`),
    );
    expect(connections).toBe(3);
  });

  it('sends first what was asked for first', async () => {
    const { port } = house;
    const narrow = openCrowdWire(`http://127.0.0.1:${port}`, { connections: 1 });
    const paths = Array.from({ length: 30 }, (_, each) => `/${each}`);
    await Promise.all(paths.map((path) => narrow.send({ method: 'GET', path })));
    await narrow.destroy();
    expect(asked.map(({ line }) => line)).toEqual(paths.map((path) => `GET ${path}`));
  });

  it('reads an answer without a body, and how long to wait', async () => {
    answer = (response) => response.writeHead(204).end();
    expect(await look()).toEqual({ status: 204, body: '', retryAfterMillis: undefined });
    answer = (response) => response.writeHead(429, { 'retry-after': '7', 'content-length': 2 }).end('{}');
    expect(await look()).toEqual({ status: 429, body: '{}', retryAfterMillis: 7_000 });
  });

  it('takes another connection when the server ends one, whether it says so or breaks it', async () => {
    answer = (response) => response.writeHead(200, { connection: 'close', 'content-length': 2 }).end('{}');
    const replies = await Promise.all(Array.from({ length: 9 }, () => look()));
    expect(replies.every((reply) => 'status' in reply)).toBe(true);
    expect(connections).toBe(9);
    answer = (response, seen) => (seen % 2 === 0 ? response.socket?.destroy() : response.end('{}'));
    const broken = await Promise.all(Array.from({ length: 10 }, () => look()));
    expect(broken.filter((reply) => 'lost' in reply)).toEqual(Array(5).fill({ lost: 'connection' }));
  });

  it('loses an answer that it cannot read, and goes on', async () => {
    answer = (response, seen) => {
      if (seen > 1) response.end('{}');
      else response.writeHead(200).end('of unknown length');
    };
    expect(await look()).toEqual({ lost: 'unreadable' });
    expect(await look()).toMatchObject({ status: 200 });
  });

  it('is broken as a whole: what is under way is lost, and what waits', async () => {
    answer = () => {};
    const replies = Array.from({ length: 5 }, () => look());
    await expect.poll(() => asked.length).toBe(3);
    await wire.destroy();
    expect(await Promise.all(replies)).toEqual(Array(5).fill({ lost: 'connection' }));
  });
});

describe('those who wait for the opening', () => {
  const rush = { run: 'run', eventId: 7, buyers: 400, part: 1, of: 2 };

  it('have opened the pages of the event and of its line, each thread for its own', async () => {
    await openPages({ ...rush, admission: 'waiting_room' }, wire);
    const visitors = new Set(asked.map(({ headers }) => headers['x-user-id']));
    expect(visitors).toEqual(new Set(Array.from({ length: 10 }, (_, each) => `rush-run-${2 * each + 1}`)));
    expect(new Set(asked.map(({ line }) => line))).toEqual(
      new Set(['GET /api/v1/events/7', 'GET /api/v1/events/7/waiting-room']),
    );
    expect(asked).toHaveLength(20);
  });

  it('open nothing of a line where there is none', async () => {
    await openPages({ ...rush, admission: 'open' }, wire);
    expect(asked).toHaveLength(10);
  });
});
