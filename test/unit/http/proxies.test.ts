import { afterEach, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from './kit.ts';

let server: TestServer;
afterEach(() => server.app.close());

const PROXY = '10.0.0.9';
const STRANGER = '203.0.113.7';

/** Asks twice a second's worth of requests for one address: the second is 429 when both counted as the same. */
async function countedTogether(
  env: Record<string, string>,
  asked: readonly [from: string, forwardedFor: string | undefined][],
): Promise<boolean> {
  server = await testServer({ RATE_LIMIT_PER_ADDRESS: '1', ...env });
  server.app.get('/anything', () => ({ ok: true }));
  const statuses: number[] = [];
  for (const [remoteAddress, forwardedFor] of asked) {
    const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
    statuses.push((await server.app.inject({ url: '/anything', remoteAddress, headers })).statusCode);
  }
  expect(statuses[0]).toBe(200);
  return statuses[1] === 429;
}

describe('X-Forwarded-For', () => {
  const trusted = { TRUSTED_PROXIES: '10.0.0.0/8' };

  it('tells two buyers behind a trusted proxy apart', async () => {
    const buyers: [string, string][] = [
      [PROXY, '198.51.100.1'],
      [PROXY, '198.51.100.2'],
    ];
    expect(await countedTogether(trusted, buyers)).toBe(false);
  });

  it('knows a buyer again who comes over another trusted proxy', async () => {
    const buyer: [string, string][] = [
      [PROXY, '198.51.100.1'],
      ['10.9.9.9', '198.51.100.1'],
    ];
    expect(await countedTogether(trusted, buyer)).toBe(true);
  });

  it('from anybody else is not believed: a stranger cannot be somebody new with each request', async () => {
    const stranger: [string, string][] = [
      [STRANGER, '198.51.100.1'],
      [STRANGER, '198.51.100.2'],
    ];
    expect(await countedTogether(trusted, stranger)).toBe(true);
  });

  it('that a buyer wrote himself is not believed behind a trusted proxy either', async () => {
    const buyer: [string, string][] = [
      [PROXY, '192.0.2.1, 198.51.100.1'],
      [PROXY, '192.0.2.2, 198.51.100.1'],
    ];
    expect(await countedTogether(trusted, buyer)).toBe(true);
  });

  it('is believed from nobody when no proxy is named', async () => {
    const buyers: [string, string][] = [
      [PROXY, '198.51.100.1'],
      [PROXY, '198.51.100.2'],
    ];
    expect(await countedTogether({}, buyers)).toBe(true);
  });
});

describe('an address', () => {
  const twice = (first: string, second: string) =>
    countedTogether({}, [
      [first, undefined],
      [second, undefined],
    ]);

  it('of IPv6 stands for its whole network of 2^64', async () => {
    expect(await twice('2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:fffe')).toBe(true);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['::1', '1::1'],
    ['198.51.100.1', '198.51.100.2'],
    ['::ffff:198.51.100.1', '::ffff:198.51.100.2'],
  ])('of another network is another caller: %s, %s', async (first, second) => {
    expect(await twice(first, second)).toBe(false);
  });

  it('of IPv4 is the same over a socket of IPv6', async () => {
    expect(await twice('198.51.100.1', '::ffff:198.51.100.1')).toBe(true);
  });
});
