import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { CommandKey } from '../../core/command.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { sendRefusal } from '../answers/refusals.ts';
import { commandKey } from '../idempotency.ts';
import { isDigested } from './identity.ts';

/** Whom histories and stored answers name when a request shows only the organiser's token. */
export const ORGANISER = 'organiser';

/** Passes with the organiser's X-Token or an `admin` role. Nobody at all is 401, somebody else 403. */
export function requireOrganiser(request: FastifyRequest): Refusal | undefined {
  const { access } = request.server.kit;
  const token = request.headers['x-token'];
  if (isDigested(token, access.adminTokenDigest, access.adminTokenBefore)) return undefined;
  if (request.principal?.roles.includes('admin')) return undefined;
  const nobody = token === undefined && request.principal === undefined;
  return nobody ? refuse('IDENTITY_REQUIRED', { header: 'X-Token' }) : refuse('ORGANISER_ONLY');
}

/** For the v1 event routes, which seed 000 leaves open: so are we in header mode on loopback, unless REQUIRE_ADMIN=true. */
export function requireOrganiserUnlessOpen(request: FastifyRequest): Refusal | undefined {
  return request.server.kit.access.openOrganiser ? undefined : requireOrganiser(request);
}

/** For a body larger than anybody else may send: nobody else has it read, let alone parsed. */
export const organiserUnlessOpenFirst: onRequestHookHandler = (request, reply, done) => {
  const refusal = requireOrganiserUnlessOpen(request);
  if (refusal) sendRefusal(request, reply, refusal);
  else done();
};

/** The organiser's command key, undefined when he gave none. */
export function organiserKey(request: FastifyRequest): CommandKey | undefined | Refusal {
  return requireOrganiser(request) ?? commandKey(request, ORGANISER);
}

export function organiserKeyUnlessOpen(request: FastifyRequest): CommandKey | undefined | Refusal {
  return requireOrganiserUnlessOpen(request) ?? commandKey(request, ORGANISER);
}
