import { Type } from 'typebox';
import { EventParams, LedgerPing, RedisPing, SocketQuery } from '../../contract/rush.ts';
import { isRefusal, refuse } from '../../core/refusal.ts';
import { sendRefusal } from '../../http/answers/refusals.ts';
import { SECURITY } from '../../http/documents/openapi.ts';
import { organiserKey } from '../../http/identity/organiser.ts';
import type { HttpServer } from '../../http/kit.ts';
import { openWebSocket } from '../../http/streams/websocket.ts';
import { RUSH_FACE } from './face.ts';
import type { DemoHalls, SeatUpdateStreams } from './ports/seats.ts';

const tags = ['rush'];
const config = { face: RUSH_FACE };

/** `POST /seats`: the demo hall, for whoever wants to try the edition. */
export function demoRoute(app: HttpServer, halls: DemoHalls): void {
  const schema = {
    summary: 'Organiser: make the demo hall of 3,200 seats, on sale; Location names its event',
    tags,
    security: SECURITY.organiser,
    response: {
      200: {
        description: 'made',
        content: { 'application/json': { schema: Type.Null({ examples: [null] }) } },
      },
    },
  };
  app.post('/seats', { schema, config }, async (request, reply) => {
    const key = organiserKey(request);
    const eventId = isRefusal(key) ? key : await halls.make(key);
    if (isRefusal(eventId)) return sendRefusal(request, reply, eventId);
    reply.header('location', `/api/v1/events/${eventId}`).type('application/json; charset=utf-8');
    return reply.serializer(() => 'null').send(null);
  });
}

/** Seats as they change: `/ws/events/{id}/seats`. */
export function socketRoute(app: HttpServer, updates: SeatUpdateStreams): void {
  const schema = {
    summary: 'Seats as they change, over a WebSocket: what happens together is one seat_update',
    tags,
    params: EventParams,
    querystring: SocketQuery,
  };
  app.get('/ws/events/:event_id/seats', { schema, config }, async (request, reply) => {
    const { event_id } = request.params;
    if (!(await updates.exists(event_id))) return sendRefusal(request, reply, refuse('EVENT_NOT_FOUND'));
    const pass = await request.server.kit.streams.admit(request);
    if (isRefusal(pass)) return sendRefusal(request, reply, pass);
    openWebSocket(request, reply, pass, (socket) =>
      socket.onClose(updates.watch(event_id, socket, undefined)),
    );
    return reply;
  });
}

/** Whether what the sale stands on answers. A process on its own is its own ledger and its own Redis. */
export function healthRoutes(app: HttpServer): void {
  const unlimited = { ...config, unlimited: true, hot: true };
  const isUp = async (name: string) => {
    const known = (await app.kit.health?.()) ?? [];
    return known.every((each) => each.name !== name || each.isUp);
  };
  const ledger = { summary: 'Whether the ledger answers', tags, response: { 200: LedgerPing } };
  app.get('/health/health/db', { schema: ledger, config: unlimited }, async (request, reply) =>
    (await isUp('ledger')) ? { ping: true } : sendRefusal(request, reply, refuse('UNAVAILABLE')),
  );
  const redis = { summary: 'Whether Redis answers', tags, response: { 200: RedisPing } };
  app.get('/health/health/redis', { schema: redis, config: unlimited }, async (request, reply) =>
    (await isUp('redis')) ? { ping: 'pong' } : sendRefusal(request, reply, refuse('UNAVAILABLE')),
  );
}
