import type { FastifyRequest } from 'fastify';
import type { CommandKey } from '../../core/command.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { commandKey } from '../idempotency.ts';
import { ORGANISER, requireOrganiser } from './organiser.ts';

/** Somebody who works for the organiser, and whether he may ask again. */
export interface Staff {
  readonly actor: string;
  readonly key: CommandKey | undefined;
}

/** Passes whoever passes as the organiser, and a `staff` role. Nobody at all is 401, somebody else 403. */
export function requireStaff(request: FastifyRequest): Staff | Refusal {
  const { principal } = request;
  const refusal = principal?.roles.includes('staff') ? undefined : requireOrganiser(request);
  if (refusal) return refusal.refused === 'ORGANISER_ONLY' ? refuse('STAFF_ONLY') : refusal;
  const actor = principal?.userId ?? ORGANISER;
  const key = commandKey(request, actor);
  return isRefusal(key) ? key : { actor, key };
}
