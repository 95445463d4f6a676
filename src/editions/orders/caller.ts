import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { OPEN_ADMISSION } from '../../core/admission.ts';
import type { Admissions } from '../../core/admissions.ts';
import type { Claimant } from '../../core/claimant.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { sendRefusal } from '../../http/answers/refusals.ts';
import { commandKey } from '../../http/idempotency.ts';
import { claimant } from '../../http/identity/claimant.ts';
import { countHeaders } from '../../http/identity/identity.ts';
import { namedBy } from '../../http/identity/named-by.ts';
import { saleSession } from '../../http/identity/sale-session.ts';

const HEADER = 'x-caller-id';
/** Whom orders and holds name when nobody said who he is. */
const NOBODY = 'anonymous';

const named = namedBy(({ headers, principal, server }) =>
  principal && !server.kit.access.tokens ? undefined : headers[HEADER],
);

/** The caller is who X-User-ID names, else who X-Caller-Id names; with a token both must be its user. */
export function nameCaller(
  this: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  done: HookHandlerDoneFunction,
): void {
  if (countHeaders(request.raw.rawHeaders, HEADER) > 1)
    sendRefusal(request, reply, refuse('IDENTITY_INVALID'));
  else named.call(request.server, request, reply, done);
}

/** In header mode somebody without a name is somebody all the same: one of those whom nothing tells apart. */
export function caller(request: FastifyRequest): Claimant | Refusal {
  const { principal, server } = request;
  if (principal || server.kit.access.tokens) {
    const known = claimant(request);
    return isRefusal(known) ? known : { ...known, sessionId: request.id };
  }
  const key = commandKey(request, NOBODY);
  if (isRefusal(key)) return key;
  return { userId: NOBODY, anonymous: true, sessionId: request.id, admission: OPEN_ADMISSION, key };
}

/** The caller, if he may take part in the sale. */
export async function admittedCaller(
  request: FastifyRequest,
  admissions: Admissions,
  eventId: number,
): Promise<Claimant | Refusal> {
  const known = caller(request);
  if (isRefusal(known)) return known;
  const admission = await admissions.admit(eventId, known.userId, saleSession(request), known.key);
  return isRefusal(admission) ? admission : { ...known, admission };
}
