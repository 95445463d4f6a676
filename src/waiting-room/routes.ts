import { Type } from 'typebox';
import { IdParams } from '../contract/common.ts';
import { formatDateTime } from '../contract/date-time.ts';
import {
  EnterInput,
  JoinInput,
  ProofView,
  ReceiptView,
  SessionView,
  StandingView,
} from '../contract/waiting-room.ts';
import { isRefusal } from '../core/refusal.ts';
import { answerTo } from '../http/answers/answer-to.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import { SECURITY } from '../http/documents/openapi.ts';
import { requirePrincipal } from '../http/identity/identity.ts';
import { sessionCookie } from '../http/identity/sale-session.ts';
import type { HttpServer } from '../http/kit.ts';
import type { StreamFrame } from '../http/streams/stream-socket.ts';
import { organiserRoutes } from './organiser-routes.ts';
import { pageCookie, pageRoutes, visitorOf } from './page/page-routes.ts';
import type { Passes } from './passes.ts';
import type { PlaceStreams } from './place-streams.ts';
import type { Rooms } from './ports/rooms.ts';
import type { WaitingRoomService } from './service.ts';
import { placeStreamRoutes } from './stream-routes.ts';
import { proofView, ROOM_PATH, standingView } from './wire.ts';

export interface WaitingRoomRoutesNeeds {
  service: WaitingRoomService;
  streams: PlaceStreams<StreamFrame>;
  rooms: Rooms;
  passes: Passes;
}

/** The waiting room of an event: `/api/v1/events/{id}/waiting-room`. */
export function waitingRoomRoutes(app: HttpServer, needs: WaitingRoomRoutesNeeds): void {
  placeRoutes(app, needs);
  enterRoute(app, needs.service);
  drawRoutes(app, needs.service);
  pageRoutes(app, needs);
  placeStreamRoutes(app, needs);
  organiserRoutes(app, needs.service);
}

const tags = ['waiting room'];
const security = SECURITY.buyer;

function placeRoutes(app: HttpServer, { service, passes }: WaitingRoomRoutesNeeds): void {
  const params = IdParams;
  const join = answerTo({
    schema: {
      summary: 'Take a place, or find the one you have',
      tags,
      security,
      params,
      body: JoinInput,
      response: { 200: StandingView },
    },
    config: { hot: true },
    sender: requirePrincipal,
    ask: (principal, request) => {
      return service.join(request.params.id, visitorOf(principal), request.body.receipt);
    },
    view: standingView,
  });
  // The shop's own script joins; the page that needs none shall know the browser.
  const isBrowser = ({ headers }: { headers: object }) => 'sec-fetch-site' in headers;
  app.post(`${ROOM_PATH}/join`, {
    ...join,
    onSend: async (request, reply) => {
      if (!request.principal || reply.statusCode !== 200 || !isBrowser(request)) return;
      const visitor = visitorOf(request.principal);
      reply.header('set-cookie', pageCookie(request, request.params.id, { passes, visitor }));
    },
  });

  const status = answerTo({
    schema: { summary: 'How you stand', tags, security, params, response: { 200: StandingView } },
    config: { hot: true },
    sender: requirePrincipal,
    ask: ({ userId }, request) => service.status(request.params.id, userId),
    view: standingView,
  });
  app.get(`${ROOM_PATH}/status`, status);

  const schema = { tags, security, params, response: { 204: Type.Null({ description: 'heard' }) } };
  const heartbeat = { ...schema, summary: 'A sign of life, for who neither asks nor streams' };
  app.post(`${ROOM_PATH}/heartbeat`, { schema: heartbeat, config: { hot: true } }, async (request, reply) => {
    const principal = requirePrincipal(request);
    const told = isRefusal(principal) ? principal : await service.status(request.params.id, principal.userId);
    return isRefusal(told) ? sendRefusal(request, reply, told) : reply.code(204).send(null);
  });

  const leave = { ...schema, summary: 'Give the place, the call or the session up' };
  app.post(`${ROOM_PATH}/leave`, { schema: leave, config: { hot: true } }, async (request, reply) => {
    const principal = requirePrincipal(request);
    const refusal = isRefusal(principal)
      ? principal
      : await service.leave(request.params.id, principal.userId);
    return refusal ? sendRefusal(request, reply, refusal) : reply.code(204).send(null);
  });
}

function enterRoute(app: HttpServer, service: WaitingRoomService): void {
  const schema = {
    summary: 'Exchange the entry token for a session, once',
    tags,
    security,
    params: IdParams,
    body: EnterInput,
    response: { 201: SessionView },
  };
  app.post(`${ROOM_PATH}/enter`, { schema, config: { hot: true } }, async (request, reply) => {
    const principal = requirePrincipal(request);
    const entered = isRefusal(principal)
      ? principal
      : await service.enter(request.params.id, principal.userId, request.body.entry_token);
    if (isRefusal(entered)) return sendRefusal(request, reply, entered);
    const { session, expiresAt } = entered;
    reply.header('set-cookie', sessionCookie(request, session)).header('cache-control', 'no-store');
    return reply.code(201).send({ session, expires_at: formatDateTime(expiresAt) });
  });
}

function drawRoutes(app: HttpServer, service: WaitingRoomService): void {
  const proof = answerTo({
    schema: {
      summary: 'What everybody may know of the draw',
      tags,
      params: IdParams,
      response: { 200: ProofView },
    },
    sender: () => undefined,
    ask: (_anybody, request) => service.proof(request.params.id),
    view: proofView,
  });
  app.get(`${ROOM_PATH}/proof`, proof);

  const receipt = answerTo({
    schema: {
      summary: 'Your part in the draw: with the proof it recomputes your place',
      tags,
      security,
      params: IdParams,
      response: { 200: ReceiptView },
    },
    sender: requirePrincipal,
    ask: ({ userId }, request) => service.receipt(request.params.id, userId),
    view: (found) => ({ ...found, path: [...found.path] }),
  });
  app.get(`${ROOM_PATH}/receipt`, receipt);
}
