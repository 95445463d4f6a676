import type { FastifyRequest } from 'fastify';
import { type Admission, OPEN_ADMISSION } from '../core/admission.ts';
import type { Admissions } from '../core/admissions.ts';
import type { CommandKey } from '../core/command.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { commandKey } from './idempotency.ts';
import { requirePrincipal, requireSameUser } from './identity.ts';

/** Who asks for an effect, under what admission, and whether he may ask again. */
export interface Claimant {
  userId: string;
  sessionId: string | null;
  admission: Admission;
  key: CommandKey | undefined;
}

const SESSION_HEADER = 'x-sale-session';

/** The sender of a request that changes what is already his. */
export function claimant(
  request: FastifyRequest,
  named: { userId?: string | undefined; sessionId?: string | null | undefined } = {},
): Claimant | Refusal {
  const principal = requirePrincipal(request);
  if (isRefusal(principal)) return principal;
  const { userId } = principal;
  const mismatch = named.userId === undefined ? undefined : requireSameUser(principal, named.userId);
  if (mismatch) return mismatch;
  const key = commandKey(request, userId);
  return isRefusal(key)
    ? key
    : { userId, sessionId: named.sessionId ?? null, admission: OPEN_ADMISSION, key };
}

/** The sender of a request that takes part in the sale of an event, with the admission that lets him. */
export function admittedClaimant(
  request: FastifyRequest,
  admissions: Admissions,
  named: { eventId: number; userId?: string | undefined; sessionId?: string | null | undefined },
): Claimant | Refusal | Promise<Claimant | Refusal> {
  const sender = claimant(request, named);
  if (isRefusal(sender)) return sender;
  const session = request.headers[SESSION_HEADER];
  const admission = admissions.admit(
    named.eventId,
    sender.userId,
    typeof session === 'string' ? session : undefined,
  );
  const admitted = (given: Admission | Refusal) =>
    isRefusal(given) ? given : { ...sender, admission: given };
  return admission instanceof Promise ? admission.then(admitted) : admitted(admission);
}
