import { Type } from 'typebox';
import {
  DeadRequest,
  QueuedReservationInput,
  QueueHealth,
  QueueParams,
  QueueStats,
  RequestAccepted,
  RequestParams,
  RequestView,
  RequestWaits,
} from '../contract/request-queue.ts';
import type { Admissions } from '../core/admissions.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import { answerTo } from '../http/answers/answer-to.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import { SECURITY } from '../http/documents/openapi.ts';
import { admittedClaimant } from '../http/identity/claimant.ts';
import { isVip, requirePrincipal } from '../http/identity/identity.ts';
import { organiserKey } from '../http/identity/organiser.ts';
import type { HttpServer } from '../http/kit.ts';
import type { Lane } from './policy.ts';
import type { RequestQueueService } from './service.ts';
import { acceptedView, deadView, requestView, STATUS_OF_REQUEST, statsView } from './wire.ts';

export interface RequestQueueRoutesNeeds {
  queue: RequestQueueService;
  admissions: Admissions;
  /** Whether there is such an event. */
  exists(eventId: number): boolean;
}

/** Reservations by way of the queue: `/api/v2/reservations` and `/api/v2/queue`. */
export function requestQueueRoutes(app: HttpServer, needs: RequestQueueRoutesNeeds): void {
  acceptRoute(app, needs);
  requestRoutes(app, needs);
  queueRoutes(app, needs);
  deadRoutes(app, needs);
}

const tags = ['queue'];
const security = SECURITY.buyer;

function acceptRoute(app: HttpServer, { queue, admissions }: RequestQueueRoutesNeeds): void {
  const schema = {
    summary: 'Ask for seats by way of the queue; 202 means that the request is on disk',
    tags,
    security,
    body: QueuedReservationInput,
    response: { 202: RequestAccepted },
  };
  app.post('/api/v2/reservations', { schema, config: { hot: true } }, async (request, reply) => {
    const { event_id, seat_ids, user_id, session_id, priority } = request.body;
    if (new Set(seat_ids).size < seat_ids.length)
      return sendRefusal(request, reply, refuse('DUPLICATE_SEAT_IDS'));
    const buyer = await admittedClaimant(request, admissions, {
      eventId: event_id,
      userId: user_id,
      sessionId: session_id,
    });
    if (isRefusal(buyer)) return sendRefusal(request, reply, buyer);
    const entitled: Lane = isVip(request) ? 'high' : 'normal';
    const wish = { eventId: event_id, seatIds: seat_ids, entitled, asked: priority as Lane | undefined };
    const receipt = await queue.accept(wish, buyer);
    if (isRefusal(receipt)) return sendRefusal(request, reply, receipt);
    return reply.code(202).send(acceptedView(receipt, request.headers['accept-language']));
  });
}

function requestRoutes(app: HttpServer, { queue }: RequestQueueRoutesNeeds): void {
  const one = answerTo({
    schema: {
      summary: 'How one of the own requests stands',
      tags,
      security,
      params: RequestParams,
      response: { 200: RequestView },
    },
    config: { hot: true },
    sender: requirePrincipal,
    ask: ({ userId }, { params }) => queue.request(params.request_id, userId),
    view: (now, { headers }) => requestView(now, headers['accept-language']),
  });
  app.get('/api/v2/reservations/:request_id', one);

  const schema = {
    summary: 'Cancel a request that nobody has begun; it will never yield a reservation',
    tags,
    security,
    params: RequestParams,
    response: { 204: Type.Null({ description: 'cancelled' }) },
  };
  app.delete('/api/v2/reservations/:request_id', { schema }, async (request, reply) => {
    const principal = requirePrincipal(request);
    if (isRefusal(principal)) return sendRefusal(request, reply, principal);
    const found = await queue.cancel(request.params.request_id, principal.userId);
    if (isRefusal(found)) return sendRefusal(request, reply, found);
    if (found.state === 'CANCELLED') return reply.code(204).send(null);
    const state = STATUS_OF_REQUEST[found.state];
    return sendRefusal(request, reply, refuse('REQUEST_NOT_CANCELLABLE', { state }));
  });
}

function queueRoutes(app: HttpServer, { queue, exists }: RequestQueueRoutesNeeds): void {
  const stats = {
    summary: 'How many wait for an event, by lane',
    tags,
    params: QueueParams,
    response: { 200: QueueStats },
  };
  app.get('/api/v2/queue/stats/:event_id', { schema: stats }, async (request, reply) => {
    const { event_id } = request.params;
    if (!exists(event_id)) return sendRefusal(request, reply, refuse('EVENT_NOT_FOUND'));
    return statsView(event_id, await queue.stats(event_id));
  });

  const health = {
    summary:
      'Whether the queue takes and serves requests; `redis` is what the queue runs on, whatever `backend` it is',
    tags,
    response: { 200: QueueHealth },
  };
  app.get('/api/v2/queue/health', { schema: health, config: { unlimited: true, hot: true } }, async () => ({
    status: 'healthy',
    redis: 'connected',
    ...(await queue.health()),
  }));
}

function deadRoutes(app: HttpServer, { queue }: RequestQueueRoutesNeeds): void {
  const list = answerTo({
    schema: {
      summary: 'Requests that were given up, latest first, with their reasons',
      tags,
      security: SECURITY.organiser,
      response: { 200: Type.Array(DeadRequest) },
    },
    sender: organiserKey,
    ask: () => queue.dead(),
    view: (dead) => dead.map(deadView),
  });
  app.get('/api/v2/queue/dead', list);

  const schema = {
    summary: 'Let a request that was given up wait again, at the end of its lane',
    tags,
    security: SECURITY.organiser,
    params: RequestParams,
    response: { 202: RequestWaits },
  };
  app.post('/api/v2/queue/dead/:request_id/replay', { schema }, async (request, reply) => {
    const key = organiserKey(request);
    const replayed = isRefusal(key) ? key : await queue.replay(request.params.request_id);
    if (isRefusal(replayed)) return sendRefusal(request, reply, replayed);
    const { requestId, state } = replayed;
    return reply.code(202).send({ request_id: requestId, status: STATUS_OF_REQUEST[state] as string });
  });
}
