import { afterEach, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from './kit.ts';

let server: TestServer;
afterEach(() => server.app.close());

/** What a request by a `Host` is answered: 200, or the code of the refusal. */
async function asked(env: Record<string, string>, host: string): Promise<unknown> {
  server = await testServer(env);
  server.app.post('/deed', () => ({ ok: true }));
  const answer = await server.app.inject({ method: 'POST', url: '/deed', headers: { host } });
  return answer.statusCode === 200 ? 200 : [answer.statusCode, answer.json().code];
}

const REFUSED = [421, 'HOST_NOT_OURS'];
const OPEN = { HOST: '0.0.0.0', TRUST_HEADER_AUTH: 'true' };

describe('where users are named by a header on loopback', () => {
  it.each([
    'localhost:8000',
    'LocalHost',
    'localhost.:8000',
    'shop.localhost:8000',
    '127.0.0.1:8080',
    '192.168.1.7',
    '[::1]:8000',
    'onrush:8000',
    'host.docker.internal:8000',
  ])('%s is a name of ours', async (host) => {
    expect(await asked({}, host)).toBe(200);
  });

  it.each([
    'evil.example:8000',
    'localhost.evil.example',
    '127.0.0.1.evil.example:8000',
    'evil.example.:8000',
    '[evil.example]',
    'a:b:c',
    'localhost:8000@evil.example',
  ])('%s may be that of a page of elsewhere, which a browser takes for ours', async (host) => {
    expect(await asked({}, host)).toEqual(REFUSED);
    expect(server.app.kit.access.isOwnHost?.('localhost')).toBe(true);
    expect(server.app.kit.access.isOwnHost?.(host)).toBe(false);
  });

  it('a name of the operator is one of ours', async () => {
    const env = { ALLOWED_HOSTS: 'Tickets.example, shop.example' };
    expect(await asked(env, 'tickets.example:8000')).toBe(200);
    await server.app.close();
    expect(await asked(env, 'my.tickets.example')).toEqual(REFUSED);
  });

  it('a stream is not opened by another name either, and pages are not shown', async () => {
    server = await testServer({});
    server.app.get('/page', () => 'page');
    const headers = { host: 'evil.example', connection: 'upgrade', upgrade: 'websocket' };
    expect((await server.app.inject({ url: '/page', headers })).statusCode).toBe(421);
  });
});

describe('where somebody else says who the user is', () => {
  it.each([
    ['a proxy that is trusted', OPEN],
    [
      'a bearer token',
      { AUTH_MODE: 'jwt', JWT_SECRET: 'a secret of the tests, long enough', ALLOWED_HOSTS: 'a.example' },
    ],
  ])('%s, every name is answered', async (_, env) => {
    expect(await asked(env, 'tickets.example')).toBe(200);
  });

  it('names that are given are the only ones all the same', async () => {
    const env = { ...OPEN, ALLOWED_HOSTS: 'localhost' };
    expect(await asked(env, 'evil.example:8000')).toEqual(REFUSED);
    await server.app.close();
    expect(await asked(env, '127.0.0.1:8000')).toBe(200);
  });
});
