import { Type } from 'typebox';
import { type Clock, SECOND } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { isRefusal } from '../core/refusal.ts';
import { type Principal, requirePrincipal } from './identity.ts';
import type { HttpServer } from './kit.ts';
import { SECURITY } from './openapi.ts';
import { sendRefusal } from './refusals.ts';

const LIFETIME = 30 * SECOND;
const TICKET_BYTES = 24;
const OUTSTANDING_MAX = 50_000;

/**
 * Browsers cannot send headers on a stream, and a bearer token has no place in an address. So a buyer fetches a
 * ticket with the token and opens the stream with the ticket: it works once, within 30 seconds.
 */
export class StreamTickets {
  readonly #clock: Clock;
  readonly #random: Random;
  /** In the order of issue, which is the order of expiry. */
  readonly #outstanding = new Map<string, { principal: Principal; expiresAt: number }>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Undefined when too many tickets wait to be used. */
  issue(principal: Principal): { ticket: string; expiresAt: number } | undefined {
    const now = this.#clock.now();
    this.#dropExpired(now);
    if (this.#outstanding.size >= OUTSTANDING_MAX) return undefined;
    const ticket = this.#random.hex(TICKET_BYTES);
    const expiresAt = now + LIFETIME;
    this.#outstanding.set(ticket, { principal, expiresAt });
    return { ticket, expiresAt };
  }

  /** Uses a ticket up. Undefined for one that is unknown, used or too old. */
  redeem(ticket: string): Principal | undefined {
    const found = this.#outstanding.get(ticket);
    if (!found) return undefined;
    this.#outstanding.delete(ticket);
    return found.expiresAt > this.#clock.now() ? found.principal : undefined;
  }

  #dropExpired(now: number): void {
    for (const [ticket, { expiresAt }] of this.#outstanding) {
      if (expiresAt > now) return;
      this.#outstanding.delete(ticket);
    }
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
  app.post('/api/v1/stream-tickets', { schema }, (request, reply) => {
    const principal = requirePrincipal(request);
    if (isRefusal(principal)) return sendRefusal(request, reply, principal);
    const issued = tickets.issue(principal);
    if (!issued)
      return sendRefusal(request, reply, { refused: 'BUSY', retryAfterSeconds: LIFETIME / SECOND });
    const expires_at = new Date(issued.expiresAt).toISOString().slice(0, 19);
    reply.code(201).header('cache-control', 'no-store').send({ ticket: issued.ticket, expires_at });
  });
}
