import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sidePort } from '../../../src/http/side-port.ts';
import { block } from './block.ts';
import { type TestServer, testServer } from './kit.ts';

/** Longer than a client may take, and than it takes to notice. */
const STALL_MILLIS = 2_500;

type Door = 'the port of the buyers' | 'a port beside it';
const DOORS: readonly Door[] = ['the port of the buyers', 'a port beside it'];

let server: TestServer;
let beside: Server;
/** Who was there when the process stood still, at each door: one stall for all of them. */
const asking = new Map<Door, Client>();
const silent = new Map<Door, Client>();

beforeAll(async () => {
  server = await testServer({ HEADERS_TIMEOUT_SECONDS: '1', BODY_TIMEOUT_SECONDS: '1' });
  server.app.get('/anything', () => ({ ok: true }));
  await server.app.listen({ port: 0 });
  const { kit, routing } = server.app;
  beside = await sidePort(kit, { host: '127.0.0.1', port: 0 }, routing);
  for (const door of DOORS) {
    const listening = door === 'a port beside it' ? beside : server.app.server;
    asking.set(door, await connectedTo(listening));
    silent.set(door, await connectedTo(listening));
  }
  for (const { socket } of asking.values())
    socket.write('GET /anything HTTP/1.1\r\nHost: here\r\nX-User-ID: ann\r\n\r\n');
  block(STALL_MILLIS);
});
afterAll(async () => {
  beside.close();
  await server.app.close();
});

/** A connection that is there, and the status lines that come on it until it is cut. */
async function connectedTo(listening: Server) {
  const socket = connect((listening.address() as AddressInfo).port, '127.0.0.1');
  const heard: string[] = [];
  socket.on('data', (chunk: Buffer) => heard.push(...(String(chunk).match(/HTTP\/1\.1 \d+/g) ?? [])));
  await Promise.all([once(socket, 'connect'), once(listening, 'connection')]);
  return { socket, heard, answered: once(socket, 'data'), cut: once(socket, 'close') };
}
type Client = Awaited<ReturnType<typeof connectedTo>>;

describe('after the process stood still', () => {
  it.concurrent.each(DOORS)('a request that came meanwhile is served, at %s', async (door) => {
    const { socket, heard, answered, cut } = asking.get(door) as Client;
    await answered;
    // Its patience is over, and nothing comes after the answer.
    await delay(STALL_MILLIS);
    socket.end();
    await cut;
    expect(heard).toEqual(['HTTP/1.1 200']);
  });

  it.concurrent.each(DOORS)('who said nothing is cut off a while later, at %s', async (door) => {
    const { heard, cut } = silent.get(door) as Client;
    await delay(500);
    expect(heard).toEqual([]);
    await cut;
    expect(heard).toEqual(['HTTP/1.1 408']);
  });
});
