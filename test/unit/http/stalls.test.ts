import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sidePort } from '../../../src/http/side-port.ts';
import { block } from './block.ts';
import { type TestServer, testServer } from './kit.ts';

/** Longer than a client may take, and than it takes to notice. */
const STALL_MILLIS = 2_500;

let server: TestServer;
let beside: Server;
beforeEach(async () => {
  server = await testServer({ HEADERS_TIMEOUT_SECONDS: '1', BODY_TIMEOUT_SECONDS: '1' });
  server.app.get('/anything', () => ({ ok: true }));
  await server.app.listen({ port: 0 });
  const { kit, routing } = server.app;
  beside = await sidePort(kit, { host: '127.0.0.1', port: 0 }, routing);
});
afterEach(async () => {
  beside.close();
  await server.app.close();
});

/** A connection that is there, and the status lines that come on it until it is cut. */
async function connectedTo(listening: Server) {
  const socket = connect((listening.address() as AddressInfo).port, '127.0.0.1');
  const heard: string[] = [];
  socket.on('data', (chunk: Buffer) => heard.push(...(String(chunk).match(/HTTP\/1\.1 \d+/g) ?? [])));
  await Promise.all([once(socket, 'connect'), once(listening, 'connection')]);
  return { socket, heard, cut: once(socket, 'close') };
}

describe.each([
  ['the port of the buyers', () => server.app.server],
  ['a port beside it', () => beside],
])('after the process stood still, at %s', (_, door) => {
  it('a request that came meanwhile is served', async () => {
    const { socket, heard, cut } = await connectedTo(door());
    socket.write('GET /anything HTTP/1.1\r\nHost: here\r\nX-User-ID: ann\r\n\r\n');
    block(STALL_MILLIS);
    await once(socket, 'data');
    // Its patience is over, and nothing comes after the answer.
    await delay(STALL_MILLIS);
    socket.end();
    await cut;
    expect(heard).toEqual(['HTTP/1.1 200']);
  });

  it('who said nothing is cut off a while later', async () => {
    const { heard, cut } = await connectedTo(door());
    block(STALL_MILLIS);
    await delay(500);
    expect(heard).toEqual([]);
    await cut;
    expect(heard).toEqual(['HTTP/1.1 408']);
  });
});
