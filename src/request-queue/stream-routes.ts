import type { FastifyRequest } from 'fastify';
import { BuyerParams, RequestParams, RequestStreamQuery } from '../contract/request-queue.ts';
import { type Millis, SECOND } from '../core/clock.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import { identityRequired, type Principal, requireSameUser } from '../http/identity/identity.ts';
import type { HttpServer } from '../http/kit.ts';
import { openEventStream } from '../http/streams/sse.ts';
import type { StreamPass } from '../http/streams/stream-door.ts';
import type { StreamSocket } from '../http/streams/stream-socket.ts';
import { openWebSocket } from '../http/streams/websocket.ts';
import type { BuyerChannels } from './ports/buyer-channels.ts';
import type { RequestStreams, RequestWatcher } from './request-streams.ts';
import type { RequestQueueService } from './service.ts';
import { connectedFrame, endFrame, eventFrame, keepaliveFrame, positionFrame, statusFrame } from './wire.ts';

const tags = ['streams'];
/** A stream on which nothing was told for so long shows that it lives. */
const KEEPALIVE: Millis = 30 * SECOND;

export interface StreamRoutesNeeds {
  queue: RequestQueueService;
  streams: RequestStreams;
  channels: BuyerChannels;
}

/** What becomes of requests, as it happens: one request over WebSocket and SSE, all of a buyer's over WebSocket. */
export function requestStreamRoutes(app: HttpServer, needs: StreamRoutesNeeds): void {
  requestRoutes(app, needs);
  buyerRoute(app, needs);
}

function requestRoutes(app: HttpServer, { queue, streams }: StreamRoutesNeeds): void {
  const ofRequest = { params: RequestParams, querystring: RequestStreamQuery, tags };
  const watch = async (request: FastifyRequest, requestId: string) => {
    const admitted = await admit(request);
    if (isRefusal(admitted)) return admitted;
    const found = await queue.request(requestId, admitted.principal.userId);
    if (isRefusal(found)) return found;
    return {
      pass: admitted.pass,
      open: (socket: StreamSocket) => {
        const ended = () => socket.close('done');
        socket.onClose(streams.watchRequest(found.request, watcherOn(livelyStream(socket, request), ended)));
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
}

function buyerRoute(app: HttpServer, { queue, streams, channels }: StreamRoutesNeeds): void {
  const schema = {
    params: BuyerParams,
    querystring: RequestStreamQuery,
    tags,
    summary: 'Everything of one’s own over a WebSocket: requests, bookings, holds that ran out or were lost',
  };
  app.get('/api/v2/ws/user/:user_id', { schema }, async (request, reply) => {
    const { user_id } = request.params;
    const admitted = await admit(request, { inPath: user_id });
    const refusal = isRefusal(admitted) ? admitted : requireSameUser(admitted.principal, user_id);
    if (isRefusal(admitted) || refusal) return sendRefusal(request, reply, refusal as Refusal);
    const requests = (await queue.requestsOf(user_id)).map((now) => now.request);
    openWebSocket(request, reply, admitted.pass, (socket) => {
      socket.send(connectedFrame(request.server.kit.clock.now()));
      const stream = livelyStream(socket, request);
      const { language } = stream;
      socket.onClose(
        streams.watchBuyer(
          user_id,
          requests,
          watcherOn(stream, () => undefined),
        ),
      );
      socket.onClose(channels.open(user_id, (event) => stream.tell((at) => eventFrame(event, language, at))));
    });
    return reply;
  });
}

/** These streams are somebody's own: nobody in particular may not open one. */
async function admit(
  request: FastifyRequest,
  named: { inPath?: string } = {},
): Promise<{ pass: StreamPass; principal: Principal } | Refusal> {
  const { streams, access } = request.server.kit;
  const pass = await streams.admit(request, named);
  if (isRefusal(pass)) return pass;
  return pass.principal ? { pass, principal: pass.principal } : identityRequired(access);
}

/** A stream that shows that it lives. */
interface LivelyStream {
  language: string | undefined;
  /** Sends the frame of this moment, if there is one. */
  tell(frame: (at: Millis) => string | undefined): void;
}

function livelyStream(socket: StreamSocket, request: FastifyRequest): LivelyStream {
  const { clock } = request.server.kit;
  let toldAt = clock.now();
  const tell: LivelyStream['tell'] = (frame) => {
    const at = clock.now();
    const text = frame(at);
    if (text === undefined) return;
    toldAt = at;
    socket.send(text);
  };
  const beat = () => {
    const silent = clock.now() - toldAt;
    if (silent >= KEEPALIVE) tell(keepaliveFrame);
    cancelBeat = clock.after(silent >= KEEPALIVE ? KEEPALIVE : KEEPALIVE - silent, beat);
  };
  let cancelBeat = clock.after(KEEPALIVE, beat);
  socket.onClose(() => cancelBeat());
  return { language: request.headers['accept-language'], tell };
}

/** Tells of requests in the words of v2. */
function watcherOn({ language, tell }: LivelyStream, ended: () => void): RequestWatcher {
  return {
    status: (now) => tell((at) => statusFrame(now, language, at)),
    position: (now) => tell((at) => positionFrame(now, at)),
    over(now) {
      tell((at) => endFrame(now, language, at));
      ended();
    },
  };
}
