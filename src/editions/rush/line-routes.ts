import type { FastifyRequest } from 'fastify';
import {
  EventParams,
  JoinInput,
  JoinQuery,
  JoinView,
  LeaveInput,
  LeaveView,
  TokenQuery,
} from '../../contract/rush.ts';
import { SECOND } from '../../core/clock.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { answerTo } from '../../http/answers/answer-to.ts';
import { type Principal, requirePrincipal } from '../../http/identity/identity.ts';
import { namedBy } from '../../http/identity/named-by.ts';
import type { HttpServer } from '../../http/kit.ts';
import { fieldMessage } from '../../http/messages/fields.ts';
import { languageOf } from '../../http/messages/sentence.ts';
import { buyer, withToken } from './buyer.ts';
import { JOIN_FACE, RUSH_FACE } from './face.ts';
import type { Doorway } from './ports/doorway.ts';
import type { Purchases } from './ports/seats.ts';

const tags = ['rush'];
/** Who waits is asked to come again well before his place is lost. */
const COME_AGAIN_SECONDS = 20;

/** Into the sale and out of it: `/queue/join`, `/events/{id}/presence/leave`. */
export function lineRoutes(
  app: HttpServer,
  { doorway, purchases }: { doorway: Doorway; purchases: Purchases },
): void {
  const join = answerTo({
    schema: {
      summary: 'Come in, or be told your position; coming again keeps the place',
      tags,
      params: EventParams,
      querystring: JoinQuery,
      body: JoinInput,
      response: { 200: JoinView },
    },
    sender: comer,
    async ask({ userId }, { params }) {
      const come = await doorway.come(params.event_id, { userId, lane: 'normal' });
      if (isRefusal(come) || 'name' in come) return come;
      const seconds = Math.min(COME_AGAIN_SECONDS, Math.ceil(come.pollMillis / SECOND));
      return refuse('WAIT_IN_LINE', { position: come.position }, { retryAfterSeconds: seconds });
    },
    view: ({ name }) => ({ token: name }),
  });
  app.post('/queue/join/:event_id', {
    ...join,
    preHandler: namedUser,
    config: { face: JOIN_FACE, hot: true },
  });

  const leave = answerTo({
    schema: {
      summary: 'Leave: the place is free at once, and what was held and not paid for',
      tags,
      params: EventParams,
      querystring: TokenQuery,
      body: LeaveInput,
      response: { 200: LeaveView },
    },
    sender: buyer,
    async ask({ userId }, { params }) {
      await purchases.leave(params.event_id, userId);
      return (await doorway.leave(params.event_id, userId)) ?? { ok: true };
    },
    view: ({ ok }) => ({ ok }),
  });
  app.post('/events/:event_id/presence/leave', {
    ...leave,
    preHandler: withToken(doorway),
    config: { face: RUSH_FACE },
  });
}

/** Who comes must say who he is, unless a header or a token has. */
function comer(request: FastifyRequest): Principal | Refusal {
  if (request.principal || request.server.kit.access.tokens) return requirePrincipal(request);
  const message = fieldMessage(languageOf(request.headers['accept-language']), 'required', {});
  return refuse('VALIDATION_FAILED', {}, { detail: [{ field: 'user_uuid', message }] });
}

const named = (part: unknown) => (part as { user_uuid?: string } | null)?.user_uuid;
const nameInQuery = namedBy(({ query }) => named(query));
const nameInBody = namedBy(({ body }) => named(body));
/** In the query or in the body; in both, they must be the same. */
const namedUser = [nameInQuery, nameInBody];
