import { Type } from 'typebox';
import { IdParams } from '../../contract/common.ts';
import {
  AuditQuery,
  AuditView,
  HoldInput,
  LifecycleQuery,
  LifecycleView,
  MoveInput,
  PayInput,
} from '../../contract/concerts.ts';
import type { Claimant } from '../../core/claimant.ts';
import type { CommandKey } from '../../core/command.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { answerTo } from '../../http/answers/answer-to.ts';
import { sendRefusal } from '../../http/answers/refusals.ts';
import { SECURITY } from '../../http/documents/openapi.ts';
import { claimant, mayBuy } from '../../http/identity/claimant.ts';
import { requirePrincipal } from '../../http/identity/identity.ts';
import { requireOrganiserUnlessOpen } from '../../http/identity/organiser.ts';
import type { HttpServer } from '../../http/kit.ts';
import { buyerOf } from './buyer.ts';
import { endReservation } from './endings.ts';
import { gate, namedUser } from './entrance.ts';
import { CONCERTS_FACE } from './face.ts';
import { illegal, type LifecycleMove } from './lifecycle.ts';
import type { ConcertsNeeds } from './needs.ts';
import type { ReservationFacts } from './ports/reservations.ts';
import { auditFilter, auditView, lifecycleView } from './wire.ts';

const tags = ['concerts'];
const security = SECURITY.buyer;
const config = { face: CONCERTS_FACE };
const response = { 200: LifecycleView };

/** The lifecycle of a reservation: `/api/reservations/v6`. */
export function lifecycleRoutes(app: HttpServer, needs: ConcertsNeeds): void {
  holdRoute(app, needs);
  payRoutes(app, needs);
  endRoutes(app, needs);
  readRoutes(app, needs);
}

function holdRoute(app: HttpServer, needs: ConcertsNeeds): void {
  const { reservations, answers, lines } = needs;
  const schema = {
    summary: 'Hold a seat, behind the guard against abuse',
    tags,
    security,
    body: HoldInput,
    response: { 201: LifecycleView },
  };
  const preHandler = [...namedUser(), gate(lines)];
  app.post('/api/reservations/v6/holds', { schema, config, preHandler }, async (request, reply) => {
    const { seatId, requestFingerprint = null, deviceFingerprint = null } = request.body;
    const known = await buyerOf(request, needs, seatId);
    if (isRefusal(known)) return sendRefusal(request, reply, known);
    const { eventId, buyer } = known;
    const marks = { requestMark: requestFingerprint, deviceMark: deviceFingerprint };
    const answer = await answers.once(buyer.key, async (key) => {
      const held = await reservations.guardedHold({ eventId, seatId }, { ...buyer, key }, marks);
      return isRefusal(held) ? held : lifecycleView(held);
    });
    return isRefusal(answer) ? sendRefusal(request, reply, answer) : reply.code(201).send(answer);
  });
}

/** One step of a payment, which only who may buy at the event may take. */
type Step = (
  facts: ReservationFacts,
  buyer: Claimant,
  paymentMethod: string | null,
) => Promise<ReservationFacts | Refusal>;

function payRoutes(app: HttpServer, needs: ConcertsNeeds): void {
  const { reservations, answers, lines } = needs;
  const route = (move: 'paying' | 'confirm', summary: string, step: Step) => {
    const made = answerTo({
      schema: { summary, tags, security, params: IdParams, body: PayInput, response },
      config,
      sender: claimant,
      ask: (buyer, request) =>
        answers.once(buyer.key, async (key) => {
          const { paymentMethod = null } = request.body;
          const found = await owned(needs, request.params.id, buyer.userId, { move, key });
          if (isRefusal(found)) return found;
          const notAdmitted = await mayBuy(request, needs.admissions, buyer.userId)(found.eventId);
          const moved = notAdmitted ?? (await step(found, { ...buyer, key }, paymentMethod));
          return isRefusal(moved) ? moved : lifecycleView(moved, { paymentMethod });
        }),
      view: (answer) => answer,
    });
    app.post(`/api/reservations/v6/:id/${move}`, { ...made, preHandler: [...namedUser(), gate(lines)] });
  };
  route('paying', 'Begin to pay a held seat', (facts, buyer) => reservations.beginPayment(facts, buyer));
  route('confirm', 'Pay; the seat is sold', (facts, buyer, method) =>
    reservations.pay(facts, buyer, method ?? `reservation-${facts.holdId}`),
  );
}

function endRoutes(app: HttpServer, needs: ConcertsNeeds): void {
  const { reservations, answers, lines } = needs;
  const preHandler = [...namedUser(), gate(lines)];
  const cancel = answerTo({
    schema: {
      summary: 'Give a hold back, or a paid seat for its money; the next in line is let in',
      tags,
      security,
      params: IdParams,
      body: MoveInput,
      response,
    },
    config,
    sender: claimant,
    ask: (owner, { params }) =>
      answers.once(owner.key, async (key) => {
        const ended = await endReservation(needs, params.id, { ...owner, key });
        if (isRefusal(ended)) return ended;
        const { facts, activated } = ended;
        // What is back already is told by `refund`: first of all it is cancelled.
        return { ...lifecycleView(facts, { activated }), status: 'CANCELLED', refundedAt: null };
      }),
    view: (answer) => answer,
  });
  app.post('/api/reservations/v6/:id/cancel', { ...cancel, preHandler });

  const refund = answerTo({
    schema: {
      summary: 'What became of the money of a cancelled reservation',
      tags,
      security,
      params: IdParams,
      body: MoveInput,
      response,
    },
    config,
    sender: claimant,
    ask: (owner, { params }) =>
      answers.once(owner.key, async (key) => {
        const found = await owned(needs, params.id, owner.userId, { move: 'refund' });
        if (isRefusal(found)) return found;
        const isBack = found.order?.refunded === true;
        const refunded = isBack ? found : await reservations.refund(found, { ...owner, key });
        return isRefusal(refunded) ? refunded : lifecycleView(refunded);
      }),
    view: (answer) => answer,
  });
  app.post('/api/reservations/v6/:id/refund', { ...refund, preHandler });
}

/** A reservation that can make the move. One whose payment was asked for with this key before may have been paid since. */
async function owned(
  { reservations }: ConcertsNeeds,
  holdId: number,
  userId: string,
  { move, key }: { move: LifecycleMove; key?: CommandKey | undefined },
): Promise<ReservationFacts | Refusal> {
  const found = await reservations.reservation(holdId, userId);
  if (isRefusal(found)) return found;
  const isAskedAgain = move === 'confirm' && key !== undefined && found.order?.state === 'CONFIRMED';
  return (isAskedAgain ? undefined : illegal(move, found)) ?? found;
}

function readRoutes(app: HttpServer, { reservations, lines }: ConcertsNeeds): void {
  const one = answerTo({
    schema: {
      summary: 'How one of the own reservations stands',
      tags,
      security,
      params: IdParams,
      querystring: LifecycleQuery,
      response,
    },
    config,
    sender: requirePrincipal,
    ask: ({ userId }, { params }) => reservations.reservation(params.id, userId),
    view: (facts) => lifecycleView(facts),
  });
  app.get('/api/reservations/v6/:id', { ...one, preHandler: [...namedUser(), gate(lines)] });

  const audit = answerTo({
    schema: {
      summary: 'Holds that the guard against abuse refused, latest first',
      tags,
      security: SECURITY.organiser,
      querystring: AuditQuery,
      response: { 200: Type.Array(AuditView) },
    },
    config,
    sender: requireOrganiserUnlessOpen,
    ask: (_organiser, { query }) => reservations.abuses(auditFilter(query)),
    view: (records) => records.map(auditView),
  });
  // Here `userId` names whom to look for, not who asks.
  app.get('/api/reservations/v6/audit/abuse', { ...audit, preHandler: [gate(lines)] });
}
