import type { FastifyRequest, preHandlerHookHandler } from 'fastify';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { sendRefusal } from '../answers/refusals.ts';
import { overPrincipalLimit } from '../arrival.ts';
import { requireSameUser, userPrincipal } from './identity.ts';

/**
 * For editions whose requests name their user in a field of their own. In header mode the name is believed where no
 * header names anybody; a header, and a token always, must name the same user (403). Nobody named: what the header says.
 */
export function namedBy(nameIn: (request: FastifyRequest) => unknown): preHandlerHookHandler {
  return (request, reply, done) => {
    const named = nameIn(request);
    const refusal = named === undefined || named === null ? undefined : takeName(request, String(named));
    if (refusal) sendRefusal(request, reply, refusal);
    else done();
  };
}

function takeName(request: FastifyRequest, named: string): Refusal | undefined {
  if (request.principal) return requireSameUser(request.principal, named);
  if (request.server.kit.access.tokens) return refuse('IDENTITY_REQUIRED', { header: 'Authorization' });
  const principal = userPrincipal(named);
  if (isRefusal(principal)) return principal;
  request.principal = principal;
  return overPrincipalLimit(request.server.kit, principal);
}
