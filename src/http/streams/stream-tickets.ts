import { Type } from 'typebox';
import { formatDateTime } from '../../contract/date-time.ts';
import { type Millis, SECOND } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import { isRefusal } from '../../core/refusal.ts';
import { sendRefusal } from '../answers/refusals.ts';
import { SECURITY } from '../documents/openapi.ts';
import { type Principal, requirePrincipal } from '../identity/identity.ts';
import type { HttpServer } from '../kit.ts';
import type { StreamTicketLimits, StreamTicketStore } from '../ports/stream-ticket-store.ts';

export const STREAM_TICKET_LIMITS: StreamTicketLimits = { lifetimeMillis: 30 * SECOND, waitingMax: 50_000 };

const TICKET_BYTES = 24;
const TICKET = /^[0-9a-f]{48}$/;

/**
 * Browsers cannot send headers on a stream, and a bearer token has no place in an address. So a buyer fetches a
 * ticket with the token and opens the stream with the ticket: it works once, within 30 seconds, at any node.
 */
export class StreamTickets {
  readonly #store: StreamTicketStore;
  readonly #random: Random;

  constructor(store: StreamTicketStore, random: Random) {
    this.#store = store;
    this.#random = random;
  }

  /** Undefined when too many tickets wait to be used. Throws Unavailable. */
  async issue(principal: Principal): Promise<{ ticket: string; expiresAt: Millis } | undefined> {
    const ticket = this.#random.hex(TICKET_BYTES);
    const expiresAt = await this.#store.keep(ticket, principal);
    return expiresAt === undefined ? undefined : { ticket, expiresAt };
  }

  /** Uses a ticket up. Undefined for one that is unknown, used or too old. Throws Unavailable. */
  async redeem(ticket: string): Promise<Principal | undefined> {
    // What cannot be a ticket of ours is worth no question to a server.
    return TICKET.test(ticket) ? this.#store.take(ticket) : undefined;
  }
}

const StreamTicket = Type.Object({
  ticket: Type.String({ examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c'] }),
  expires_at: Type.String({ examples: ['2026-11-21T00:26:58'] }),
});

export function streamTicketRoutes(app: HttpServer, tickets: StreamTickets): void {
  const schema = {
    summary: 'A one-time ticket that opens a stream as `?ticket=` within 30 seconds',
    tags: ['streams'],
    security: SECURITY.buyer,
    response: { 201: StreamTicket },
  };
  app.post('/api/v1/stream-tickets', { schema }, async (request, reply) => {
    const principal = requirePrincipal(request);
    if (isRefusal(principal)) return sendRefusal(request, reply, principal);
    const issued = await tickets.issue(principal);
    const retryAfterSeconds = STREAM_TICKET_LIMITS.lifetimeMillis / SECOND;
    if (!issued) return sendRefusal(request, reply, { refused: 'BUSY', retryAfterSeconds });
    reply.code(201).header('cache-control', 'no-store');
    return { ticket: issued.ticket, expires_at: formatDateTime(issued.expiresAt) };
  });
}
