import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Admission } from '../../core/admission.ts';
import type { Claimant } from '../../core/claimant.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { sendRefusal } from '../../http/answers/refusals.ts';
import { claimant } from '../../http/identity/claimant.ts';
import { namedBy } from '../../http/identity/named-by.ts';
import type { Doorway } from './ports/doorway.ts';

interface Inside {
  userId: string;
  admission: Admission;
}

/** Whose token a request carries; asked once, before its route. */
const insiders = new WeakMap<FastifyRequest, Inside>();

/** In front of every route that a token opens: finds out whose it is, who must be the user that a header names, if one does. */
export function withToken(doorway: Doorway) {
  return [
    async (request: FastifyRequest, reply: FastifyReply) => {
      const { event_id } = request.params as { event_id: number };
      const { token } = request.query as { token: string };
      const inside = await doorway.inside(event_id, token);
      if (!isRefusal(inside)) insiders.set(request, inside);
      else {
        sendRefusal(request, reply, inside);
        return reply;
      }
      return undefined;
    },
    namedBy((request) => insiders.get(request)?.userId),
  ];
}

/** The buyer behind the token, with the admission under which he is inside. */
export function buyer(request: FastifyRequest): Claimant | Refusal {
  const inside = insiders.get(request);
  if (!inside) return refuse('SESSION_INVALID');
  const known = claimant(request);
  return isRefusal(known) ? known : { ...known, admission: inside.admission };
}
