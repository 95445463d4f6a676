import type { FastifyRequest, preHandlerAsyncHookHandler, preHandlerHookHandler } from 'fastify';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { sendRefusal } from '../../http/answers/refusals.ts';
import { countHeaders, identityRequired } from '../../http/identity/identity.ts';
import { namedBy } from '../../http/identity/named-by.ts';
import { requireOrganiserUnlessOpen } from '../../http/identity/organiser.ts';
import type { Lines } from './ports/lines.ts';

const HEADER = 'user-id';

/**
 * The user of a request: as its header names him, and its path, query or body, which must name the same (403). A stream's
 * ticket is read at its door.
 */
export function namedUser(): preHandlerHookHandler[] {
  return [
    (request, reply, done) => {
      if (countHeaders(request.raw.rawHeaders, HEADER) > 1)
        sendRefusal(request, reply, refuse('IDENTITY_INVALID'));
      else done();
    },
    namedBy((request) => (hasTicket(request) ? undefined : request.headers[HEADER])),
    namedBy((request) => {
      const { params, query, body } = request;
      if (hasTicket(request)) return undefined;
      return fieldOf(body, 'userId') ?? fieldOf(query, 'userId') ?? fieldOf(params, 'userId');
    }),
  ];
}

function hasTicket({ query, server }: FastifyRequest): boolean {
  return server.kit.access.tokens !== undefined && fieldOf(query, 'ticket') !== undefined;
}

function fieldOf(part: unknown, name: string): unknown {
  return typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[name] : undefined;
}

/**
 * The gate of every reservation route: who says who he is in `User-Id` must have been let in. Without the header it is
 * open in header mode on loopback only; elsewhere the sender himself must have been let in.
 */
export function gate(lines: Pick<Lines, 'isActive'>): preHandlerAsyncHookHandler {
  return async (request, reply) => {
    const refusal = await refusalAtGate(request, lines);
    if (!refusal) return undefined;
    sendRefusal(request, reply, refusal);
    return reply;
  };
}

async function refusalAtGate(
  request: FastifyRequest,
  lines: Pick<Lines, 'isActive'>,
): Promise<Refusal | undefined> {
  const header = request.headers[HEADER];
  const { access, config } = request.server.kit;
  const sender = request.principal?.userId;
  if (Array.isArray(header) || header === '') return refuse('IDENTITY_INVALID');
  if (header !== undefined && sender !== undefined && header !== sender) return refuse('USER_MISMATCH');
  if (header === undefined && !access.tokens && config.loopback) return undefined;
  // What only the organiser may do is asked of him by its route.
  if (header === undefined && requireOrganiserUnlessOpen(request) === undefined) return undefined;
  const userId = header ?? sender;
  if (userId === undefined) return identityRequired(access);
  return (await lines.isActive(userId)) ? undefined : refuse('NOT_ACTIVE');
}
