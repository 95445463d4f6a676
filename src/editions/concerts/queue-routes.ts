import {
  EnqueuedView,
  RequestStatusView,
  SeatReservationInput,
  UserSeatQuery,
  UserSeatStream,
} from '../../contract/concerts.ts';
import type { ClaimWay } from '../../core/claim-way.ts';
import { isRefusal } from '../../core/refusal.ts';
import { answerTo } from '../../http/answers/answer-to.ts';
import { sendRefusal } from '../../http/answers/refusals.ts';
import { SECURITY } from '../../http/documents/openapi.ts';
import { isVip, requirePrincipal } from '../../http/identity/identity.ts';
import type { HttpServer } from '../../http/kit.ts';
import { askerOf } from './buyer.ts';
import { gate, namedUser } from './entrance.ts';
import { CONCERTS_FACE } from './face.ts';
import type { ConcertsNeeds } from './needs.ts';
import type { SeatRequestFacts } from './ports/requests.ts';
import { openConcertStream, passFor, sendFrame, streamOf } from './streams.ts';
import { requestStatus } from './wire.ts';

const tags = ['concerts'];
const security = SECURITY.buyer;
const config = { face: CONCERTS_FACE };
const hot = { ...config, hot: true };

const ROUTES: readonly [path: string, way: ClaimWay][] = [
  ['v4-opt/queue-polling', 'optimistic'],
  ['v4-pes/queue-polling', 'pessimistic'],
  ['v5-opt/queue-sse', 'optimistic'],
];

/** Reservations by way of the queue: `/api/reservations/v4` and `v5`. */
export function queueRoutes(app: HttpServer, needs: ConcertsNeeds): void {
  for (const [path, way] of ROUTES) enqueueRoute(app, needs, { path, way });
  statusRoute(app, needs);
  streamRoute(app, needs);
}

function enqueueRoute(
  app: HttpServer,
  needs: ConcertsNeeds,
  { path, way }: { path: string; way: ClaimWay },
): void {
  const { requests, answers, lines } = needs;
  const schema = {
    summary: `Ask for a seat by way of the queue (${way}); 202 means that the request is on disk`,
    tags,
    security,
    body: SeatReservationInput,
    response: { 202: EnqueuedView },
  };
  const preHandler = [...namedUser(), gate(lines)];
  app.post(`/api/reservations/${path}`, { schema, config: hot, preHandler }, async (request, reply) => {
    const { seatId } = request.body;
    const known = await askerOf(request, needs, seatId);
    if (isRefusal(known)) return sendRefusal(request, reply, known);
    const { eventId, buyer } = known;
    const answer = await answers.once(buyer.key, async (key) => {
      const how = { way, isVip: isVip(request) };
      const refusal = await requests.enqueue({ eventId, seatId }, { ...buyer, key }, how);
      return refusal ?? { message: 'Reservation request enqueued', strategy: way.toUpperCase() };
    });
    return isRefusal(answer) ? sendRefusal(request, reply, answer) : reply.code(202).send(answer);
  });
}

function statusRoute(app: HttpServer, { requests, lines }: ConcertsNeeds): void {
  const status = answerTo({
    schema: {
      summary: 'What the latest request of a user for a seat came to',
      tags,
      security,
      querystring: UserSeatQuery,
      response: { 200: RequestStatusView },
    },
    config: hot,
    sender: requirePrincipal,
    ask: async ({ userId }, { query }) => ({ found: await requests.latest(userId, query.seatId) }),
    view: ({ found }) => ({ status: requestStatus(found) }),
  });
  app.get('/api/reservations/v4/status', { ...status, preHandler: [...namedUser(), gate(lines)] });
}

function streamRoute(app: HttpServer, { requests, lines }: ConcertsNeeds): void {
  const schema = {
    summary: 'The end of a user’s request for a seat, as a server-sent event',
    tags: [...tags, 'streams'],
    security,
    querystring: UserSeatStream,
    response: { 200: streamOf(['INIT', '{"userId":7,"seatId":31}'], ['RESERVATION_STATUS', 'SUCCESS']) },
  };
  const preHandler = [...namedUser(), gate(lines)];
  app.get('/api/reservations/v5/subscribe', { schema, config, preHandler }, async (request, reply) => {
    const { userId, seatId } = request.query;
    const pass = await passFor(request, userId);
    if (isRefusal(pass)) return sendRefusal(request, reply, pass);
    const socket = openConcertStream(request, reply, pass);
    sendFrame(socket, 'INIT', JSON.stringify({ userId, seatId }));
    const end = (facts: SeatRequestFacts) => {
      sendFrame(socket, 'RESERVATION_STATUS', requestStatus(facts));
      socket.close('done');
    };
    requests.whenOver(String(userId), seatId, end).then(
      (leave) => socket.onClose(leave),
      () => socket.close('shutdown'),
    );
    return reply;
  });
}
