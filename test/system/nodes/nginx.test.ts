import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Agent, request as send } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { PatchFrame } from '../../../src/contract/seat-map.ts';
import { componentPresent } from '../../backends/registry.ts';
import { clientOf, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { type Program, startProgram } from '../program.ts';
import { hold, openSale } from '../sale.ts';
import { type Nginx, nginxBefore } from './nginx.ts';

const MAKE_SECRETS = fileURLToPath(new URL('../../../deploy/make-secrets.mjs', import.meta.url));

describe.runIf(componentPresent('nginx'))('nginx as deploy/nginx has it', () => {
  let folder: string;
  let program: Program;
  let nginx: Nginx;
  let trusting: Agent;
  let certificate: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'onrush-secrets-'));
    execFileSync(process.execPath, [MAKE_SECRETS, folder], { stdio: 'ignore' });
    const tls = { certificate: join(folder, 'tls_certificate'), key: join(folder, 'tls_key') };
    certificate = readFileSync(tls.certificate, 'utf8');
    trusting = new Agent({ connect: { ca: certificate } });
    program = await startProgram({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
    nginx = await nginxBefore([Number(new URL(program.url).port)], { tls });
  });
  afterAll(async () => {
    await trusting?.close();
    await nginx?.stop();
    await program?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const {
      statusCode,
      headers: answered,
      body,
    } = await send(nginx.url + path, { dispatcher: trusting, headers });
    return { status: statusCode, headers: answered, text: await body.text() };
  };

  it('sends plain HTTP to TLS, with the method kept', async () => {
    const { statusCode, headers, body } = await send(`${nginx.plainUrl}/api/v1/events?page=2`, {
      method: 'POST',
    });
    await body.dump();
    expect(statusCode).toBe(308);
    expect(headers.location).toBe('https://127.0.0.1/api/v1/events?page=2');
  });

  it('serves pages, API and documents over TLS, and says so for a year', async () => {
    for (const path of ['/api/v1/events', '/openapi.json', '/health']) {
      const { status, headers } = await ask(path);
      expect(status, path).toBe(200);
      expect(headers['strict-transport-security']).toBe('max-age=31536000');
      expect(headers['trace-id']).toMatch(/^[0-9a-f]{32}$/);
      expect(headers.server).toBe('nginx');
    }
  });

  it('keeps the figures from the public', async () => {
    expect((await ask('/metrics', { 'x-token': program.adminToken })).status).toBe(404);
  });

  it('passes on patches over WebSocket and server-sent events as they happen', async () => {
    const { eventId, seatIds } = await openSale(organiserOf(program), { rows: 1, seatsInRow: 2 });
    const [socketUrl, streamUrl] = [
      `${nginx.url.replace('https', 'wss')}/api/v1/ws/events/${eventId}/map`,
      `${nginx.url}/api/v1/events/${eventId}/map/events`,
    ];
    const patches: PatchFrame[] = [];
    const socket = new WebSocket(socketUrl, { ca: certificate });
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as PatchFrame;
      if (frame.type === 'patch') patches.push(frame);
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const stream = await send(streamUrl, { dispatcher: trusting, headers: { accept: 'text/event-stream' } });
    let streamed = '';
    stream.body.setEncoding('utf8').on('data', (text: string) => {
      streamed += text;
    });
    await hold(clientOf(program), 'ann', eventId, seatIds);
    await eventually(
      () => patches.length,
      (count) => count > 0,
    );
    await eventually(() => streamed.includes('"patch"'), true);
    socket.terminate();
    stream.body.on('error', () => undefined).destroy();
  });

  it('shows a certificate that took the place of the old one after a reload, and cuts nobody off', async () => {
    const { eventId, seatIds } = await openSale(organiserOf(program), { rows: 1, seatsInRow: 2 });
    const url = `${nginx.url.replace('https', 'wss')}/api/v1/ws/events/${eventId}/map`;
    const shown = () => readFileSync(join(folder, 'tls_certificate'), 'utf8');
    const socket = new WebSocket(url, { ca: shown() });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    for (const file of ['tls_certificate', 'tls_key']) rmSync(join(folder, file));
    execFileSync(process.execPath, [MAKE_SECRETS, folder], { stdio: 'ignore' });
    await nginx.reload();
    const renewed = new Agent({ connect: { ca: shown() } });
    const status = () =>
      send(`${nginx.url}/health`, { dispatcher: renewed }).then(
        async ({ statusCode, body }) => body.dump().then(() => statusCode),
        ({ code }: { code: string }) => code,
      );
    await eventually(status, 200);
    const told = new Promise((resolve) =>
      socket.on('message', (data) => String(data).includes('"patch"') && resolve(true)),
    );
    await hold(clientOf(program), 'bob', eventId, seatIds);
    expect(await told).toBe(true);
    socket.terminate();
    await renewed.close();
  });
});

describe.runIf(componentPresent('nginx'))('nodes behind nginx', () => {
  it('are told who asks, whatever a client claims of himself', async () => {
    // So few a second that the slowest machine sends more.
    const program = await startProgram({
      env: { TRUSTED_PROXIES: '127.0.0.1', RATE_LIMIT_PER_ADDRESS: '1' },
    });
    const nginx = await nginxBefore([Number(new URL(program.url).port)]);
    // Clients on other addresses than the proxy, which the nodes trust.
    const [ann, bob] = ['127.0.0.2', '127.0.0.3'].map((localAddress) => new Agent({ localAddress }));
    const ask = async (dispatcher: Agent | undefined, claimed: string) => {
      const headers = { 'x-forwarded-for': claimed };
      const { statusCode, body } = await send(`${nginx.url}/api/v1/events`, {
        ...(dispatcher && { dispatcher }),
        headers,
      });
      await body.dump();
      return statusCode;
    };
    try {
      // Were her claims believed, each would be a caller of its own, and nobody over the limit.
      const claims = Array.from({ length: 60 }, (_, claim) => `6.6.6.${claim}`);
      expect(await Promise.all(claims.map((claim) => ask(ann, claim)))).toContain(429);
      expect(await ask(bob, '127.0.0.2')).toBe(200);
    } finally {
      await Promise.all([ann?.close(), bob?.close()]);
      await nginx.stop();
      await program.stop();
    }
  });
});

describe.runIf(componentPresent('nginx'))('the entry of seed 003', () => {
  let node: { server: Server; seen: string[] };
  let nginx: Nginx;
  beforeAll(async () => {
    node = await listener();
    nginx = await nginxBefore([(node.server.address() as AddressInfo).port]);
  });
  afterAll(async () => {
    await nginx?.stop();
    node?.server.close();
  });

  it.each([
    ['/ticketing/catalog/api/events', '/api/events'],
    ['/ticketing/reservation/api/reservations/1/2?x=%20y', '/api/reservations/1/2?x=%20y'],
    ['/ticketing/order/api/orders', '/api/orders'],
    ['/ticketing/payment/api/payments/authorize', '/api/payments/authorize'],
    ['/ticketing/api/events', '/ticketing/api/events'],
    ['/ticketing/stranger/api/events', '/ticketing/stranger/api/events'],
    ['/api/v1/events', '/api/v1/events'],
  ])('%s is %s', async (asked, arrived) => {
    const { statusCode, body } = await send(nginx.url + asked);
    await body.dump();
    expect(statusCode).toBe(200);
    expect(node.seen.at(-1)).toBe(arrived);
  });
});

describe.runIf(componentPresent('nginx'))('too many requests of one address', () => {
  it('are told so in the words of the API, before they reach a node', async () => {
    const { server, seen } = await listener();
    const nginx = await nginxBefore([(server.address() as AddressInfo).port], { requestsPerSecond: 1 });
    try {
      const answers = await Promise.all(
        Array.from({ length: 450 }, async () => {
          const { statusCode, headers, body } = await send(`${nginx.url}/api/v1/events`);
          return { statusCode, headers, text: await body.text() };
        }),
      );
      const refused = answers.filter(({ statusCode }) => statusCode === 429);
      expect(refused.length).toBeGreaterThan(30);
      expect(seen.length).toBe(450 - refused.length);
      expect(refused[0]?.headers['retry-after']).toBe('1');
      const { code, traceId } = JSON.parse(refused[0]?.text ?? '{}') as { code: string; traceId: string };
      expect(code).toBe('RATE_LIMITED');
      expect(traceId).toBe(refused[0]?.headers['trace-id']);
    } finally {
      await nginx.stop();
      server.close();
    }
  });
});

async function listener() {
  const seen: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    seen.push(request.url ?? '');
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, seen };
}
