import { IdParams } from '../contract/common.ts';
import { LineStreamQuery } from '../contract/waiting-room.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import type { HttpServer } from '../http/kit.ts';
import { openEventStream } from '../http/streams/sse.ts';
import type { StreamPass } from '../http/streams/stream-door.ts';
import type { StreamFrame, StreamSocket } from '../http/streams/stream-socket.ts';
import { openWebSocket } from '../http/streams/websocket.ts';
import type { PlaceStreams } from './place-streams.ts';
import type { Told, WaitingRoomService } from './service.ts';
import { ROOM_PATH } from './wire.ts';

interface StreamRoutesNeeds {
  service: WaitingRoomService;
  streams: PlaceStreams<StreamFrame>;
}

/** One's own place, live, over SSE or WebSocket. */
export function placeStreamRoutes(app: HttpServer, { service, streams }: StreamRoutesNeeds): void {
  const schema = { params: IdParams, querystring: LineStreamQuery, tags: ['waiting room', 'streams'] };
  const mayWatch = async (eventId: number, pass: StreamPass | Refusal): Promise<{ told: Told } | Refusal> => {
    if (isRefusal(pass)) return pass;
    if (!pass.principal) return refuse('IDENTITY_REQUIRED', { header: 'X-User-ID' });
    const told = await service.status(eventId, pass.principal.userId);
    return isRefusal(told) ? told : { told };
  };
  const watch = (eventId: number, told: Told, socket: StreamSocket) => {
    socket.onClose(streams.watch(eventId, told, socket));
  };

  app.get(
    `${ROOM_PATH}/events`,
    { schema: { ...schema, summary: 'Your place as server-sent events' } },
    async (request, reply) => {
      const { id } = request.params;
      const pass = await request.server.kit.streams.admit(request);
      const found = await mayWatch(id, pass);
      if (isRefusal(pass) || isRefusal(found)) return sendRefusal(request, reply, found as Refusal);
      watch(id, found.told, openEventStream(request, reply, pass));
      return reply;
    },
  );

  app.get(
    '/api/v1/ws/events/:id/waiting-room',
    { schema: { ...schema, summary: 'Your place over a WebSocket' } },
    async (request, reply) => {
      const { id } = request.params;
      const pass = await request.server.kit.streams.admit(request);
      const found = await mayWatch(id, pass);
      if (isRefusal(pass) || isRefusal(found)) return sendRefusal(request, reply, found as Refusal);
      openWebSocket(request, reply, pass, (socket) => watch(id, found.told, socket));
      return reply;
    },
  );
}
