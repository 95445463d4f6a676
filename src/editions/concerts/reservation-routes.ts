import { Type } from 'typebox';
import { IdParams } from '../../contract/common.ts';
import { SeatReservationInput, SeatReservationView, UserParams } from '../../contract/concerts.ts';
import type { ClaimWay } from '../../core/claim-way.ts';
import { isRefusal } from '../../core/refusal.ts';
import { answerTo } from '../../http/answers/answer-to.ts';
import { sendRefusal } from '../../http/answers/refusals.ts';
import { SECURITY } from '../../http/documents/openapi.ts';
import { requirePrincipal } from '../../http/identity/identity.ts';
import type { HttpServer } from '../../http/kit.ts';
import { buyerOf, ownerFor } from './buyer.ts';
import { endReservation } from './endings.ts';
import { gate, namedUser } from './entrance.ts';
import { CONCERTS_FACE } from './face.ts';
import type { ConcertsNeeds } from './needs.ts';
import { reservationView } from './wire.ts';

const tags = ['concerts'];
const security = SECURITY.buyer;
const config = { face: CONCERTS_FACE };
const hot = { ...config, hot: true };

const WAYS: readonly [path: string, way: ClaimWay][] = [
  ['v1/optimistic', 'optimistic'],
  ['v2/pessimistic', 'pessimistic'],
  ['v3/distributed-lock', 'distributed_lock'],
];

/** Reservations as seed 004 first had them: `/api/reservations/v1` to `v3`, and a user's list. */
export function reservationRoutes(app: HttpServer, needs: ConcertsNeeds): void {
  for (const [path, way] of WAYS) reserveRoute(app, needs, { path, way });
  listRoute(app, needs);
  deleteRoute(app, needs);
}

function reserveRoute(
  app: HttpServer,
  needs: ConcertsNeeds,
  { path, way }: { path: string; way: ClaimWay },
): void {
  const { reservations, answers, lines } = needs;
  const reserve = answerTo({
    schema: {
      summary: `Reserve a seat: ${way.replace('_', ' ')}`,
      tags,
      security,
      body: SeatReservationInput,
      response: { 200: SeatReservationView },
    },
    config: hot,
    sender: (request) => buyerOf(request, needs, request.body.seatId),
    ask: ({ eventId, buyer }, { body: { seatId } }) =>
      answers.once(buyer.key, async (key) => {
        const held = await reservations.hold({ eventId, seatId }, { ...buyer, key }, way);
        return isRefusal(held) ? held : reservationView(held);
      }),
    view: (answer) => answer,
  });
  app.post(`/api/reservations/${path}`, { ...reserve, preHandler: [...namedUser(), gate(lines)] });
}

function listRoute(app: HttpServer, { reservations, lines }: ConcertsNeeds): void {
  const list = answerTo({
    schema: {
      summary: 'What a user has, oldest first',
      tags,
      security,
      params: UserParams,
      response: { 200: Type.Array(SeatReservationView) },
    },
    config,
    sender: requirePrincipal,
    ask: ({ userId }) => reservations.live(userId),
    view: (live) => live.map(reservationView),
  });
  app.get('/api/reservations/users/:userId', { ...list, preHandler: [...namedUser(), gate(lines)] });
}

function deleteRoute(app: HttpServer, needs: ConcertsNeeds): void {
  const { answers, lines } = needs;
  const schema = {
    summary: 'Give a reservation back; what was paid is refunded',
    tags,
    security,
    params: IdParams,
    response: { 204: Type.Null({ description: 'given back' }) },
  };
  const preHandler = [...namedUser(), gate(lines)];
  app.delete('/api/reservations/:id', { schema, config, preHandler }, async (request, reply) => {
    const { id } = request.params;
    const owner = await ownerFor(request, needs, id);
    const ended = isRefusal(owner)
      ? owner
      : await answers.once(owner.key, (key) => endReservation(needs, id, { ...owner, key }));
    return isRefusal(ended) ? sendRefusal(request, reply, ended) : reply.code(204).send(null);
  });
}
