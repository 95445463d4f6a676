import type { FastifyRequest } from 'fastify';
import { type Admission, OPEN_ADMISSION } from '../../core/admission.ts';
import type { Admissions } from '../../core/admissions.ts';
import type { Claimant } from '../../core/claimant.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { commandKey } from '../idempotency.ts';
import { requirePrincipal, requireSameUser } from './identity.ts';
import { saleSession } from './sale-session.ts';

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
  const admission = admissions.admit(named.eventId, sender.userId, saleSession(request), sender.key);
  const admitted = (given: Admission | Refusal) =>
    isRefusal(given) ? given : { ...sender, admission: given };
  return admission instanceof Promise ? admission.then(admitted) : admitted(admission);
}

/** For who asks about something of his own: may he still buy at its event, whichever that turns out to be? */
export function mayBuy(
  request: FastifyRequest,
  admissions: Admissions,
  userId: string,
): (eventId: number) => Promise<Refusal | undefined> {
  return async (eventId) => {
    const admission = await admissions.admit(eventId, userId, saleSession(request));
    return isRefusal(admission) ? admission : undefined;
  };
}
