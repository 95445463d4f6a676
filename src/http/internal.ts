import type { Server } from 'node:http';
import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import { type Refusal, refuse } from '../core/refusal.ts';
import { sendRefusal } from './answers/refusals.ts';
import { digestOf, isDigested } from './identity/identity.ts';
import type { HttpServer } from './kit.ts';
import { sidePort } from './side-port.ts';

/** What roles show each other. */
export const INTERNAL_HEADER = 'x-internal-token';
const PREFIX = '/internal/';

/**
 * Lets only other roles through: by the token, compared in constant time, and where there is a port for them, by that
 * port. Undefined without a token: then no such route may be mounted.
 */
export function internalOnly({ kit }: HttpServer): onRequestHookHandler | undefined {
  const { token, tokenBefore, listen } = kit.config.roles.internal;
  if (token === undefined) return undefined;
  const digests = [token, tokenBefore].flatMap((each) => (each === undefined ? [] : digestOf(each)));
  return (request, reply, done) => {
    const refusal = listen && !cameInside(request) ? refuse('NOT_FOUND') : stranger(request, digests);
    if (refusal) sendRefusal(request, reply, refusal);
    else done();
  };
}

function stranger({ headers }: FastifyRequest, digests: readonly Buffer[]): Refusal | undefined {
  const isOurs = isDigested(headers[INTERNAL_HEADER], ...digests);
  return isOurs ? undefined : refuse('IDENTITY_REQUIRED', { header: 'X-Internal-Token' });
}

const INSIDE = new WeakSet<object>();

function cameInside({ raw }: FastifyRequest): boolean {
  return INSIDE.has(raw);
}

/** A port of its own for what other roles ask, in a network that no buyer reaches. Rejects when the port is taken. */
export function internalPort(app: HttpServer, listen: { host: string; port: number }): Promise<Server> {
  return sidePort(app.kit, listen, (request, response) => {
    if (!request.url?.startsWith(PREFIX)) return void response.writeHead(404).end();
    INSIDE.add(request);
    app.routing(request, response);
  });
}
