import { IdParams } from '../contract/common.ts';
import { MapStreamQuery, SeatMap } from '../contract/seat-map.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import { type Compressed, compressed, compressedReply } from '../http/answers/compressed.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import type { HttpServer } from '../http/kit.ts';
import { openEventStream } from '../http/streams/sse.ts';
import type { StreamFrame, StreamSocket } from '../http/streams/stream-socket.ts';
import { openWebSocket } from '../http/streams/websocket.ts';
import type { LiveMapService, Snapshot } from './service.ts';

const tags = ['streams'];

/** The live map of an event: a snapshot, and patches over SSE or WebSocket. */
export function realtimeRoutes(app: HttpServer, maps: LiveMapService<StreamFrame>): void {
  snapshotRoute(app, maps);
  streamRoutes(app, maps);
}

function snapshotRoute(app: HttpServer, maps: LiveMapService<StreamFrame>): void {
  /** A snapshot is compressed once, however many ask for it. */
  const packed = new WeakMap<Snapshot, Compressed>();
  const schema = {
    summary: 'The whole map in columns',
    tags: ['seats'],
    params: IdParams,
    response: { 200: { description: 'the map', content: { 'application/json': { schema: SeatMap } } } },
  };
  app.get('/api/v1/events/:id/map', { schema, config: { hot: true } }, async (request, reply) => {
    const snapshot = await maps.snapshot(request.params.id);
    if (isRefusal(snapshot)) return sendRefusal(request, reply, snapshot);
    const body = packed.get(snapshot) ?? compressed(snapshot.text);
    packed.set(snapshot, body);
    const version = `${snapshot.epoch}.${snapshot.version}`;
    return compressedReply(request, reply, body, { version, cacheControl: 'no-cache' });
  });
}

function streamRoutes(app: HttpServer, maps: LiveMapService<StreamFrame>): void {
  const schema = { params: IdParams, querystring: MapStreamQuery, tags };
  const watch = (eventId: number, socket: StreamSocket, since: string | undefined) => {
    socket.onClose(maps.watch(eventId, socket, pointOf(since)));
  };

  app.get(
    '/api/v1/events/:id/map/events',
    { schema: { ...schema, summary: 'Patches of the map as server-sent events' } },
    async (request, reply) => {
      const { id } = request.params;
      if (!(await maps.exists(id))) return sendRefusal(request, reply, refuse('EVENT_NOT_FOUND'));
      const pass = await request.server.kit.streams.admit(request);
      if (isRefusal(pass)) return sendRefusal(request, reply, pass);
      const last = request.headers['last-event-id'];
      watch(id, openEventStream(request, reply, pass), typeof last === 'string' ? last : request.query.since);
      return reply;
    },
  );

  app.get(
    '/api/v1/ws/events/:id/map',
    { schema: { ...schema, summary: 'Patches of the map over a WebSocket' } },
    async (request, reply) => {
      const { id } = request.params;
      if (!(await maps.exists(id))) return sendRefusal(request, reply, refuse('EVENT_NOT_FOUND'));
      const pass = await request.server.kit.streams.admit(request);
      if (isRefusal(pass)) return sendRefusal(request, reply, pass);
      openWebSocket(request, reply, pass, (socket) => watch(id, socket, request.query.since));
      return reply;
    },
  );
}

const POINT = /^(\d{1,7})\.(\d{1,10})$/;

/** Where a client stopped; what is no such point is from another time, so epoch -1: it is told to start over. */
function pointOf(since: string | undefined): { epoch: number; version: number } | undefined {
  if (since === undefined || since === '') return undefined;
  const [, epoch = '-1', version = '0'] = POINT.exec(since) ?? [];
  return { epoch: Number(epoch), version: Number(version) };
}
