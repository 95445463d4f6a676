import { connect } from 'node:net';
import { embeddedStreamTicketStore } from '../../../src/adapters/embedded/stream-ticket-store.ts';
import { type Environment, readConfig } from '../../../src/config.ts';
import type { Random } from '../../../src/core/random.ts';
import type { HttpServer } from '../../../src/http/kit.ts';
import type { StreamTicketStore } from '../../../src/http/ports/stream-ticket-store.ts';
import { httpServer } from '../../../src/http/server.ts';
import { STREAM_TICKET_LIMITS } from '../../../src/http/streams/stream-tickets.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { HandClock } from '../../backends/hand-clock.ts';

export const ADMIN_TOKEN = 'organiser-token-of-the-tests';

/** Countable dice: every draw differs from the one before. */
export function countingRandom(): Random {
  let drawn = 0;
  const digits = (count: number) =>
    Array.from({ length: count }, () => (++drawn).toString(16).padStart(32, '0').slice(-32)).join('');
  return {
    hex: (count) => digits(Math.ceil(count / 16)).slice(-count * 2),
    below: (below) => ++drawn % below,
  };
}

export interface TestServer {
  app: HttpServer;
  clock: HandClock;
}

/** The server without the sale's routes: tests declare their own on it. */
export async function testServer(
  env: Environment = {},
  given: { streamTickets?: StreamTicketStore; health?: HttpServer['kit']['health'] } = {},
): Promise<TestServer> {
  const read = readConfig({ RATE_LIMIT_PER_PRINCIPAL: '0', ...env });
  if ('errors' in read) throw new Error(read.errors.join('\n'));
  const clock = new HandClock();
  const app = await httpServer({
    config: read.config,
    clock,
    random: countingRandom(),
    log: false,
    metrics: createMetrics({ runtime: false }),
    adminToken: ADMIN_TOKEN,
    version: '0.0.0',
    streamTickets: embeddedStreamTicketStore({ clock, limits: STREAM_TICKET_LIMITS }),
    ...given,
  });
  return { app, clock };
}

/** Sends raw bytes and gives back everything the server said until it hung up. */
export function converse(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      heard += chunk.toString();
    });
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
    socket.setTimeout(10_000, () =>
      socket.destroy(new Error(`no answer within 10 seconds; heard: ${heard}`)),
    );
  });
}

export async function listen(app: HttpServer): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}
