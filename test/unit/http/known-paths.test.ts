import { afterEach, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from './kit.ts';

let server: TestServer;
afterEach(() => server.app.close());

const ROUTES = [
  ['GET', '/holds/:event/:seat'],
  ['DELETE', '/holds/:event/:seat'],
  ['POST', '/holds/v1/quick'],
  ['GET', '/holds/v2/:id'],
  ['POST', '/holds/v2/all'],
  ['GET', '/holds/v2/:id/a.b'],
  ['POST', '/holds/:id/a-b/paid'],
] as const;

/** Which route a request came to, or 405 and what it may be instead. */
async function asked(method: 'GET' | 'DELETE' | 'POST' | 'PUT' | 'HEAD', url: string): Promise<unknown> {
  server = await testServer();
  for (const [each, path] of ROUTES) server.app.route({ method: each, url: path, handler: () => path });
  const answer = await server.app.inject({ method, url });
  return answer.statusCode === 405 ? answer.headers.allow : answer.payload;
}

describe('a path that is written out for one method', () => {
  it.each([
    ['DELETE', '/holds/v1/quick', 'POST'],
    ['GET', '/holds/v1/quick?x=/holds/1/2', 'POST'],
    ['HEAD', '/holds/v1/quick', 'POST'],
    ['PUT', '/holds/v1/quick', 'POST'],
    ['GET', '/holds/v2/all', 'POST'],
    ['DELETE', '/holds/v2/all', 'POST'],
    ['DELETE', '/holds/v2/7', 'GET, HEAD'],
  ] as const)('%s %s is not taken for the parameter of another: only %s', async (method, url, allow) => {
    expect(await asked(method, url)).toBe(allow);
  });

  it.each([
    ['GET', '/holds/1/2', '/holds/:event/:seat'],
    ['DELETE', '/holds/v1/slow', '/holds/:event/:seat'],
    ['GET', '/holds/v2/7', '/holds/v2/:id'],
    ['POST', '/holds/v2/all', '/holds/v2/all'],
    ['GET', '/holds/v2/7/a.b', '/holds/v2/:id/a.b'],
    ['POST', '/holds/v2/a-b/paid', '/holds/:id/a-b/paid'],
  ] as const)('%s %s is found as before', async (method, url, route) => {
    expect(await asked(method, url)).toBe(route);
  });

  it('a path of no route is 404', async () => {
    expect(await asked('DELETE', '/holds/v2/7/axb')).toContain('NOT_FOUND');
  });
});
