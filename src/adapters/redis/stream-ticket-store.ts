import { createHash } from 'node:crypto';
import { Unavailable } from '../../core/unavailable.ts';
import type {
  Principal,
  StreamTicketLimits,
  StreamTicketStore,
} from '../../http/ports/stream-ticket-store.ts';
import type { RedisConnection } from './connection/connection.ts';
import { luaScript } from './scripts.ts';

const KEYS = ['ticketing:{stream-tickets}:whose', 'ticketing:{stream-tickets}:ends'];

/**
 * Each step is one script. Tickets are known by their digests, so that nobody who reads the keys can use one. A server that
 * takes over without what was written last may have forgotten a ticket, or that one was taken.
 */
export function redisStreamTicketStore(needs: {
  connection: RedisConnection;
  limits: StreamTicketLimits;
}): StreamTicketStore {
  const { connection, limits } = needs;
  const [keep, take] = [luaScript('stream-ticket-keep'), luaScript('stream-ticket-take')];
  const lasts = [`${limits.lifetimeMillis}`, `${limits.waitingMax}`];
  return {
    async keep(ticket, principal) {
      const kept = [digestOf(ticket), JSON.stringify(principal), ...lasts];
      return (await definite(connection.runScript<number | null>(keep, KEYS, kept))) ?? undefined;
    },
    async take(ticket) {
      const whose = await definite(connection.runScript<string | null>(take, KEYS, [digestOf(ticket)]));
      return whose === null ? undefined : (JSON.parse(whose) as Principal);
    },
  };
}

/** A ticket that nobody was given, or that opened no stream, is no effect: who asks fetches another one. */
async function definite<R>(asking: Promise<R>): Promise<R> {
  try {
    return await asking;
  } catch (error) {
    if (!(error instanceof Unavailable) || !error.indefinite) throw error;
    throw new Unavailable(`no ticket for a stream can be had or used: ${error.message}`, { cause: error });
  }
}

function digestOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('base64url');
}
