import type { FastifyRequest } from 'fastify';
import { LineInput, LineQuery, LineStream, LineView } from '../../contract/concerts.ts';
import { isRefusal } from '../../core/refusal.ts';
import { answerTo } from '../../http/answers/answer-to.ts';
import { sendRefusal } from '../../http/answers/refusals.ts';
import { SECURITY } from '../../http/documents/openapi.ts';
import { requirePrincipal } from '../../http/identity/identity.ts';
import type { HttpServer } from '../../http/kit.ts';
import { namedUser } from './entrance.ts';
import { CONCERTS_FACE } from './face.ts';
import type { Lines } from './ports/lines.ts';
import { openConcertStream, passFor, sendFrame, streamOf } from './streams.ts';
import { lineFrame, lineView } from './wire.ts';

const tags = ['concerts'];
const security = SECURITY.buyer;
const config = { face: CONCERTS_FACE };
const hot = { ...config, hot: true };
const response = { 200: LineView };
const EXAMPLE = JSON.stringify(lineFrame({ userId: 7, concertId: 4 }, { status: 'WAITING', rank: 1 }, 0));

/** The lines before concerts: `/api/v1/waiting-queue`. */
export function lineRoutes(app: HttpServer, lines: Lines): void {
  const preHandler = namedUser();
  const join = answerTo({
    schema: { summary: 'Join the line before a concert', tags, security, body: LineInput, response },
    config: hot,
    sender: requirePrincipal,
    ask: ({ userId }, { body }) => lines.join(body.concertId, userId),
    view: (standing, { body }) => lineView(body, standing),
  });
  app.post('/api/v1/waiting-queue/join', { ...join, preHandler });

  const status = answerTo({
    schema: {
      summary: 'How a user stands before a concert',
      tags,
      security,
      querystring: LineQuery,
      response,
    },
    config: hot,
    sender: requirePrincipal,
    ask: ({ userId }, { query }) => lines.standing(query.concertId, userId),
    view: (standing, { query }) => lineView(query, standing),
  });
  app.get('/api/v1/waiting-queue/status', { ...status, preHandler });

  const schema = {
    summary: 'The same as server-sent events: at once and whenever it has changed',
    tags: [...tags, 'streams'],
    security,
    querystring: LineStream,
    response: { 200: streamOf(['INIT', EXAMPLE], ['RANK_UPDATE', EXAMPLE]) },
  };
  app.get('/api/v1/waiting-queue/subscribe', { schema, config, preHandler }, async (request, reply) => {
    const { userId, concertId } = request.query;
    const pass = await passFor(request, userId);
    const standing = isRefusal(pass) ? pass : await lines.standing(concertId, String(userId));
    if (isRefusal(pass)) return sendRefusal(request, reply, pass);
    if (isRefusal(standing)) return sendRefusal(request, reply, standing);
    const socket = openConcertStream(request, reply, pass);
    const frameOf = framesOf(request, { userId, concertId });
    sendFrame(socket, 'INIT', frameOf(standing));
    const leave = lines.watch({ seriesId: concertId, userId: String(userId) }, standing, {
      standing: (now) => sendFrame(socket, now.status === 'ACTIVE' ? 'ACTIVE' : 'RANK_UPDATE', frameOf(now)),
      replaced: () => socket.close('done'),
    });
    socket.onClose(leave);
    return reply;
  });
}

function framesOf({ server }: FastifyRequest, of: { userId: number; concertId: number }) {
  return (standing: Parameters<typeof lineFrame>[1]) =>
    JSON.stringify(lineFrame(of, standing, server.kit.clock.now()));
}
