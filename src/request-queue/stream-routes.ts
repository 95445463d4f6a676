import type { FastifyRequest } from 'fastify';
import { BuyerParams, RequestParams, RequestStreamQuery } from '../contract/request-queue.ts';
import { type Millis, SECOND } from '../core/clock.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import { type Principal, requireSameUser } from '../http/identity/identity.ts';
import type { HttpServer } from '../http/kit.ts';
import { openEventStream } from '../http/streams/sse.ts';
import type { StreamPass } from '../http/streams/stream-door.ts';
import type { StreamSocket } from '../http/streams/stream-socket.ts';
import { openWebSocket } from '../http/streams/websocket.ts';
import type { RequestStreams, RequestWatcher } from './request-streams.ts';
import type { RequestQueueService } from './service.ts';
import { connectedFrame, endFrame, eventFrame, keepaliveFrame, positionFrame, statusFrame } from './wire.ts';

const tags = ['streams'];
/** A stream on which nothing was told for so long shows that it lives. */
const KEEPALIVE: Millis = 30 * SECOND;

export interface StreamRoutesNeeds {
  queue: RequestQueueService;
  streams: RequestStreams;
}

/** What becomes of requests, as it happens: one request over WebSocket and SSE, all of a buyer's over WebSocket. */
export function requestStreamRoutes(app: HttpServer, { queue, streams }: StreamRoutesNeeds): void {
  const ofRequest = { params: RequestParams, querystring: RequestStreamQuery, tags };
  const watch = async (request: FastifyRequest, requestId: string) => {
    const admitted = await admit(request);
    if (isRefusal(admitted)) return admitted;
    const found = await queue.request(requestId, admitted.principal.userId);
    if (isRefusal(found)) return found;
    return {
      pass: admitted.pass,
      open: (socket: StreamSocket) => {
        socket.onClose(streams.watchRequest(found.request, watcherOn(socket, request, 'ends')));
      },
    };
  };

  app.get(
    '/api/v2/ws/reservation/:request_id',
    { schema: { ...ofRequest, summary: 'One of the own requests over a WebSocket' } },
    async (request, reply) => {
      const watched = await watch(request, request.params.request_id);
      if (isRefusal(watched)) return sendRefusal(request, reply, watched);
      openWebSocket(request, reply, watched.pass, watched.open);
      return reply;
    },
  );

  app.get(
    '/api/v2/reservations/:request_id/events',
    { schema: { ...ofRequest, summary: 'One of the own requests as server-sent events' } },
    async (request, reply) => {
      const watched = await watch(request, request.params.request_id);
      if (isRefusal(watched)) return sendRefusal(request, reply, watched);
      watched.open(openEventStream(request, reply, watched.pass));
      return reply;
    },
  );

  buyerRoute(app, { queue, streams });
}

function buyerRoute(app: HttpServer, { queue, streams }: StreamRoutesNeeds): void {
  const schema = {
    params: BuyerParams,
    querystring: RequestStreamQuery,
    tags,
    summary: 'Everything of one’s own over a WebSocket: requests, bookings, holds that ran out or were lost',
  };
  app.get('/api/v2/ws/user/:user_id', { schema }, async (request, reply) => {
    const { user_id } = request.params;
    const admitted = await admit(request);
    const refusal = isRefusal(admitted) ? admitted : requireSameUser(admitted.principal, user_id);
    if (isRefusal(admitted) || refusal) return sendRefusal(request, reply, refusal as Refusal);
    const requests = (await queue.requestsOf(user_id)).map((now) => now.request);
    openWebSocket(request, reply, admitted.pass, (socket) => {
      socket.send(connectedFrame(request.server.kit.clock.now()));
      socket.onClose(streams.watchBuyer(user_id, requests, watcherOn(socket, request, 'stays')));
    });
    return reply;
  });
}

/** These streams are somebody's own: nobody in particular may not open one. */
async function admit(request: FastifyRequest): Promise<{ pass: StreamPass; principal: Principal } | Refusal> {
  const pass = await request.server.kit.streams.admit(request);
  if (isRefusal(pass)) return pass;
  const { principal } = pass;
  const header = request.server.kit.access.tokens ? 'Authorization' : 'X-User-ID';
  return principal ? { pass, principal } : refuse('IDENTITY_REQUIRED', { header });
}

/** Writes what is told to a socket, in the words of v2. The stream of one request ends with it. */
function watcherOn(socket: StreamSocket, request: FastifyRequest, atEnd: 'ends' | 'stays'): RequestWatcher {
  const { clock } = request.server.kit;
  const language = request.headers['accept-language'];
  let toldAt = clock.now();
  const send = (frame: string) => {
    toldAt = clock.now();
    socket.send(frame);
  };
  const beat = () => {
    const silent = clock.now() - toldAt;
    if (silent >= KEEPALIVE) send(keepaliveFrame(clock.now()));
    cancelBeat = clock.after(silent >= KEEPALIVE ? KEEPALIVE : KEEPALIVE - silent, beat);
  };
  let cancelBeat = clock.after(KEEPALIVE, beat);
  socket.onClose(() => cancelBeat());
  return {
    status: (now) => send(statusFrame(now, language, clock.now())),
    position: (now) => send(positionFrame(now, clock.now())),
    over(now) {
      const frame = endFrame(now, language, clock.now());
      if (frame) send(frame);
      if (atEnd === 'ends') socket.close('done');
    },
    happened: (event) => send(eventFrame(event, language, clock.now())),
  };
}
