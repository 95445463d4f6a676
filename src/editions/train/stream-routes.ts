import type { FastifyRequest } from 'fastify';
import { TrainParams, TrainStreamQuery } from '../../contract/train.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { sendRefusal } from '../../http/answers/refusals.ts';
import { requireSameUser } from '../../http/identity/identity.ts';
import type { HttpServer } from '../../http/kit.ts';
import { openEventStream } from '../../http/streams/sse.ts';
import type { StreamPass } from '../../http/streams/stream-door.ts';
import type { StreamSocket } from '../../http/streams/stream-socket.ts';
import { openWebSocket } from '../../http/streams/websocket.ts';
import { TRAIN_FACE } from './face.ts';
import type { Train } from './ports/train.ts';
import { positionFrame } from './wire.ts';

const config = { face: TRAIN_FACE };

/** A passenger's position as it changes, over SSE and over a WebSocket. */
export function trainStreamRoutes(app: HttpServer, train: Train): void {
  const schema = { params: TrainParams, querystring: TrainStreamQuery, tags: ['train', 'streams'] };
  const watch = (userId: string, socket: StreamSocket) => {
    let told: string | undefined;
    const leave = train.watch(userId, (standing) => {
      const frame = positionFrame(userId, standing);
      if (frame !== told) socket.send(frame);
      told = frame;
    });
    socket.onClose(leave);
  };

  app.get(
    '/status/:user_id/events',
    { schema: { ...schema, summary: 'A passenger’s position as server-sent events' }, config },
    async (request, reply) => {
      const { user_id } = request.params;
      const pass = await passFor(request, user_id);
      if (isRefusal(pass)) return sendRefusal(request, reply, pass);
      watch(user_id, openEventStream(request, reply, pass));
      return reply;
    },
  );
  app.get(
    '/ws/status/:user_id',
    { schema: { ...schema, summary: 'A passenger’s position over a WebSocket' }, config },
    async (request, reply) => {
      const { user_id } = request.params;
      const pass = await passFor(request, user_id);
      if (isRefusal(pass)) return sendRefusal(request, reply, pass);
      openWebSocket(request, reply, pass, (socket) => watch(user_id, socket));
      return reply;
    },
  );
}

/** In header mode the path names who watches, as it does with `GET /status`; a header or a token must name the same. */
async function passFor(request: FastifyRequest, userId: string): Promise<StreamPass | Refusal> {
  const { streams, access } = request.server.kit;
  const pass = await streams.admit(request);
  if (isRefusal(pass)) return pass;
  if (pass.principal) return requireSameUser(pass.principal, userId) ?? pass;
  return access.tokens ? refuse('IDENTITY_REQUIRED', { header: 'Authorization' }) : pass;
}
