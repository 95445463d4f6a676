import type { FastifyRequest } from 'fastify';
import { IdParams } from '../contract/common.ts';
import { WaitlistStreamQuery } from '../contract/waitlist.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import { identityRequired } from '../http/identity/identity.ts';
import type { HttpServer } from '../http/kit.ts';
import { openEventStream } from '../http/streams/sse.ts';
import type { StreamPass } from '../http/streams/stream-door.ts';
import type { StreamSocket } from '../http/streams/stream-socket.ts';
import { openWebSocket } from '../http/streams/websocket.ts';
import type { WaitlistService } from './service.ts';
import type { Watching } from './watching.ts';
import { standingFrame } from './wire.ts';

export interface WaitlistStreamNeeds {
  service: WaitlistService;
  watching: Watching;
}

/** One's own place in the line, live, over SSE or WebSocket. */
export function waitlistStreamRoutes(app: HttpServer, needs: WaitlistStreamNeeds): void {
  const schema = { params: IdParams, querystring: WaitlistStreamQuery, tags: ['waitlist', 'streams'] };
  app.get(
    '/api/v1/events/:id/waitlist/events',
    { schema: { ...schema, summary: 'Your place in the line as server-sent events' } },
    async (request, reply) => {
      const watched = await mayWatch(request, request.params.id, needs);
      if (isRefusal(watched)) return sendRefusal(request, reply, watched);
      watched.open(openEventStream(request, reply, watched.pass));
      return reply;
    },
  );
  app.get(
    '/api/v1/ws/events/:id/waitlist',
    { schema: { ...schema, summary: 'Your place in the line over a WebSocket' } },
    async (request, reply) => {
      const watched = await mayWatch(request, request.params.id, needs);
      if (isRefusal(watched)) return sendRefusal(request, reply, watched);
      openWebSocket(request, reply, watched.pass, watched.open);
      return reply;
    },
  );
}

interface Watched {
  pass: StreamPass;
  open(socket: StreamSocket): void;
}

async function mayWatch(
  request: FastifyRequest,
  eventId: number,
  { service, watching }: WaitlistStreamNeeds,
): Promise<Watched | Refusal> {
  const { streams, access, clock } = request.server.kit;
  const pass = await streams.admit(request);
  if (isRefusal(pass)) return pass;
  if (!pass.principal) return identityRequired(access);
  const { userId } = pass.principal;
  const standing = await service.standing(eventId, userId);
  if (isRefusal(standing)) return standing;
  return {
    pass,
    open(socket) {
      const leave = watching.watch(eventId, userId, (now) => {
        if (now) socket.send(standingFrame(now, clock.now()));
      });
      socket.onClose(leave);
    },
  };
}
