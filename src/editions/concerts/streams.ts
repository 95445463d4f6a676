import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { identityRequired, requireSameUser } from '../../http/identity/identity.ts';
import { openEventStream, type StreamManner } from '../../http/streams/sse.ts';
import type { StreamPass } from '../../http/streams/stream-door.ts';
import { type StreamSocket, terseSseMessage } from '../../http/streams/stream-socket.ts';

/** Leave to open a stream of a user's own; in jwt mode also by a ticket. */
export async function passFor(request: FastifyRequest, userId: number): Promise<StreamPass | Refusal> {
  const pass = await request.server.kit.streams.admit(request);
  if (isRefusal(pass)) return pass;
  if (!pass.principal) return identityRequired(request.server.kit.access);
  return requireSameUser(pass.principal, String(userId)) ?? pass;
}

/** In the words of seed 004's clients. */
export function openConcertStream(
  request: FastifyRequest,
  reply: FastifyReply,
  pass: StreamPass,
): StreamSocket {
  const { clock } = request.server.kit;
  const manner: StreamManner = {
    opening: '',
    beat: () =>
      terseSseMessage('KEEPALIVE', JSON.stringify({ timestamp: new Date(clock.now()).toISOString() })),
    farewell: () => '',
  };
  return openEventStream(request, reply, pass, manner);
}

/** How a stream is documented, by an example. */
export function streamOf(...frames: readonly [event: string, data: string][]) {
  const example = frames.map(([event, data]) => terseSseMessage(event, data)).join('');
  return {
    description: 'server-sent events',
    content: { 'text/event-stream': { schema: Type.String({ examples: [example] }) } },
  };
}

/** `data` is one line of text. */
export function sendFrame(socket: StreamSocket, event: string, data: string): void {
  const bytes = Buffer.from(terseSseMessage(event, data));
  socket.send({ sse: bytes, webSocket: bytes });
}
