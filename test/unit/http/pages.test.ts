import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { webApp } from '../../../src/http/web-app.ts';
import { type TestServer, testServer } from './kit.ts';

let built: string;
let server: TestServer;
beforeAll(() => {
  built = mkdtempSync(join(tmpdir(), 'onrush-pages-'));
  writeFileSync(join(built, 'index.html'), '<html><!--settings--></html>');
  writeFileSync(join(built, 'index.html.br'), 'packed');
  writeFileSync(join(built, 'favicon.svg'), '<svg/>');
});
afterAll(() => rmSync(built, { recursive: true }));
afterEach(() => server.app.close());

async function withPages() {
  server = await testServer({ AUTH_MODE: 'jwt', JWT_SECRET: 'a secret of the tests, long enough' });
  await webApp(server.app, built);
  return server.app;
}

it('the page is shown as it is meant for this server, never as it was built', async () => {
  const app = await withPages();
  const home = await app.inject({ url: '/' });
  expect(home.payload).toContain('onrush-identity');
  for (const url of ['/index.html', '/index.html?lang=ko']) {
    const answer = await app.inject({ url });
    expect([answer.statusCode, answer.headers.location]).toEqual([308, url.replace('index.html', '')]);
  }
  expect((await app.inject({ url: '/index.html.br' })).statusCode).toBe(404);
  expect((await app.inject({ url: '/favicon.svg' })).payload).toBe('<svg/>');
});
