import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { bodyOf, clientOf } from '../system/client.ts';
import { startProgram } from '../system/program.ts';
import { openSale, tryHold } from '../system/sale.ts';
import { sharedProgram } from '../system/shared-program.ts';

const { program, anyone, organiser } = sharedProgram({
  HEADERS_TIMEOUT_SECONDS: '1',
  BODY_TIMEOUT_SECONDS: '1',
});

/** Sends raw bytes and resolves with all that comes back until the server hangs up, or for as long as given. */
function raw(bytes: string | Buffer, millis = 6_000): Promise<{ heard: string; hungUp: boolean }> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(Number(new URL(program.url).port), '127.0.0.1', () => socket.write(bytes));
    const timer = setTimeout(() => end(false), millis);
    const end = (hungUp: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ heard, hungUp });
    };
    socket.on('data', (data) => {
      heard += data.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => end(true));
  });
}

const get = (lines: string[], path = '/api/v1/bookings') =>
  `GET ${path} HTTP/1.1\r\n${['Host: x', 'Connection: close', ...lines].join('\r\n')}\r\n\r\n`;
const post = (lines: string[], body: string, path = '/api/v1/reservations') =>
  `POST ${path} HTTP/1.1\r\n${['Host: x', 'Connection: close', 'Content-Type: application/json', ...lines].join('\r\n')}\r\n\r\n${body}`;
const statusOf = (heard: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(heard)?.[1]);

describe('a request that is none', () => {
  const attacks: [string, string, number[]][] = [
    ['two identities', get(['X-User-ID: ann', 'X-User-ID: bob']), [400]],
    ['one identity twice', get(['X-User-ID: ann', 'X-User-ID: ann']), [400]],
    ['garbage', 'GARBAGE\r\n\r\n', [400]],
    ['no such method', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', [400, 404, 405]],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', [400, 408]],
    ['two hosts', get(['Host: evil.example']), [400]],
    ['no host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', [400]],
    [
      'length and chunks',
      post(['X-User-ID: a', 'Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\nGET'),
      [400],
    ],
    ['two lengths', post(['X-User-ID: a', 'Content-Length: 2', 'Content-Length: 3'], '{}x'), [400]],
    ['a negative length', post(['Content-Length: -1'], ''), [400]],
    ['a length in words', post(['Content-Length: many'], ''), [400]],
    ['odd chunks', post(['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'), [400]],
    ['odd coding', post(['Transfer-Encoding: gzip'], '{}'), [400, 415, 501]],
    ['a folded header', get(['X-A: b', '\tc']), [200, 400, 401]],
    ['a header without a name', get([': b']), [400]],
    ['a NUL in a header', get(['X-A: a\0b']), [400]],
    ['a space before the colon', get(['X-User-ID : ann']), [400]],
    ['a thousand headers', get(Array.from({ length: 1_000 }, (_, index) => `X-${index}: a`)), [431]],
    ['headers of 100 kB', get([`X-A: ${'a'.repeat(100_000)}`]), [431]],
    ['an absolute address of elsewhere', get([], 'http://evil.example/health'), [200, 400, 401, 404]],
    ['a path out of the root', get([], '/../../../../etc/passwd'), [400, 404]],
    ['a path with backslashes', get([], '/docs/static/..\\..\\..\\package.json'), [400, 404]],
    [
      'an encoded path out of the root',
      get([], '/docs/static/%2e%2e/%2e%2e/%2e%2e/package.json'),
      [400, 403, 404],
    ],
    ['an asset out of the root', get([], '/assets/..%2f..%2f..%2fpackage.json'), [400, 403, 404]],
    ['an unknown expectation', get(['X-User-ID: a', 'Expect: the unexpected']), [200, 417]],
    ['a path of 20 kB', get([], `/${'a'.repeat(20_000)}`), [404, 414, 431]],
  ];
  it.each(attacks)('%s', async (_, bytes, expected) => {
    const { heard } = await raw(bytes);
    const status = statusOf(heard);
    expect(expected, heard.slice(0, 300)).toContain(status);
    if (status < 400) return;
    const [head = '', body = ''] = heard.split('\r\n\r\n');
    expect(head).toMatch(/^trace-id: [0-9a-f]{32}\r?$/im);
    const { code, message, traceId, detail } = JSON.parse(body) as Record<string, unknown>;
    expect([typeof code, typeof message, typeof traceId]).toEqual(['string', 'string', 'string']);
    expect(detail).toBeDefined();
    expect(body).not.toContain('root:');
  });
});

describe('a client that takes its time', () => {
  it.each([
    ['over its first line', 'GET /hea'],
    ['over its headers', 'GET /health HTTP/1.1\r\nHost: x\r\nX-A: '],
    [
      'over its body',
      post(['X-User-ID: a', 'Content-Length: 100'], '{"event_id":').replace('Connection: close\r\n', ''),
    ],
  ])('%s is answered 408 and cut off', async (_, bytes) => {
    const { heard, hungUp } = await raw(bytes);
    expect(hungUp).toBe(true);
    expect(statusOf(heard)).toBe(408);
    expect(JSON.parse(heard.slice(heard.indexOf('\r\n\r\n')))).toMatchObject({ code: 'REQUEST_TOO_SLOW' });
  });

  it('does not keep the others waiting', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    let through = 0;
    const lazy = Array.from({ length: 200 }, async () => {
      await raw('GET /health HTTP/1.1\r\nHost: x\r\n');
      through++;
    });
    bodyOf(await tryHold(anyone, 'ann', eventId, seatIds), 201);
    expect(through).toBe(0);
    await Promise.all(lazy);
  });
});

it('a log line is one line, whatever is in it', async () => {
  const own = await startProgram({ env: { LOG_LEVEL: 'debug' } });
  try {
    await clientOf(own).as('ann%0aevil').get('/api/v1/events/1%0d%0a%7B%22forged%22%3Atrue%7D');
    await clientOf(own).get('/api/v1/events/1', { 'x-request-id': 'a"}{"forged":true' });
    for (const line of own
      .output()
      .split('\n')
      .filter((each) => each.startsWith('{')))
      expect(JSON.parse(line)).not.toHaveProperty('forged');
    expect(own.output()).not.toContain(own.adminToken === '' ? '\0' : `"${own.adminToken}"`);
  } finally {
    await own.stop();
  }
});
