import type { FastifyRequest, preValidationHookHandler } from 'fastify';
import {
  TrainCancelled,
  TrainInput,
  TrainParams,
  TrainProcessed,
  TrainReserved,
  TrainReset,
  TrainStatus,
} from '../../contract/train.ts';
import type { Admissions } from '../../core/admissions.ts';
import { isRefusal, refuse } from '../../core/refusal.ts';
import { uuid4 } from '../../core/uuid.ts';
import { answerTo } from '../../http/answers/answer-to.ts';
import { sendRefusal } from '../../http/answers/refusals.ts';
import { SECURITY } from '../../http/documents/openapi.ts';
import { admittedClaimant, claimant } from '../../http/identity/claimant.ts';
import { digestOf } from '../../http/identity/identity.ts';
import { namedBy } from '../../http/identity/named-by.ts';
import { requireOrganiser } from '../../http/identity/organiser.ts';
import type { HttpServer } from '../../http/kit.ts';
import { fieldMessage } from '../../http/messages/fields.ts';
import { languageOf } from '../../http/messages/sentence.ts';
import { TRAIN_FACE } from './face.ts';
import type { Train } from './ports/train.ts';
import { trainStreamRoutes } from './stream-routes.ts';
import { namedUser, reservedView, statusView } from './wire.ts';

const tags = ['train'];
const config = { face: TRAIN_FACE, hot: true };
const byPath = namedBy((request) => (request.params as { user_id?: string }).user_id);

/** The API of seed 002: a seat for who comes first, then a queue. `GET /health` is the one of the whole program. */
export function trainEdition(app: HttpServer, train: Train, admissions: Admissions): void {
  reserveRoute(app, train, admissions);
  passengerRoutes(app, train);
  organiserRoutes(app, train);
  trainStreamRoutes(app, train);
}

function reserveRoute(app: HttpServer, train: Train, admissions: Admissions): void {
  const reserve = answerTo({
    schema: {
      summary: 'A seat if there is one, else a place in the queue',
      tags,
      body: TrainInput,
      response: { 200: TrainReserved },
    },
    config,
    async sender(request) {
      const passenger = claimant(request);
      if (isRefusal(passenger)) return passenger;
      return admittedClaimant(request, admissions, { eventId: await train.eventId() });
    },
    async ask(passenger) {
      const reserved = await train.reserve(passenger);
      return isRefusal(reserved) ? reserved : { userId: passenger.userId, reserved };
    },
    view: ({ userId, reserved }) => reservedView(userId, reserved),
  });
  app.post('/reserve', { ...reserve, preValidation: withBody, preHandler: namedBy(passengerOf) });
}

/** Elsewhere a body of which nothing is required may be absent; here it may not. */
const withBody: preValidationHookHandler = (request, reply, done) => {
  if (request.body !== null && request.body !== undefined) return done();
  const detail = [
    { field: 'body', message: fieldMessage(languageOf(request.headers['accept-language']), 'required', {}) },
  ];
  sendRefusal(request, reply, refuse('VALIDATION_FAILED', {}, { detail }));
};

/** Whom a request for a seat is for: the name in it, else who sends it, else somebody new. */
function passengerOf(request: FastifyRequest): string | undefined {
  const named = namedUser((request.body as { user_id?: string | number | null }).user_id);
  if (named !== undefined) return named;
  const { access, random } = request.server.kit;
  if (request.principal || access.tokens) return undefined;
  const key = request.headers['idempotency-key'];
  // Whoever asks again with the same key asks for the same passenger.
  const hex =
    typeof key === 'string'
      ? digestOf(`${access.adminTokenDigest.toString('hex')} ${key}`).toString('hex')
      : undefined;
  return uuid4(hex?.slice(0, 32) ?? random.hex(16));
}

function passengerRoutes(app: HttpServer, train: Train): void {
  const status = answerTo({
    schema: {
      summary: 'Whether a passenger has a seat, or where he stands in the queue',
      tags,
      params: TrainParams,
      response: { 200: TrainStatus },
    },
    config,
    sender: claimant,
    ask: async ({ userId }) => ({ userId, standing: await train.standing(userId) }),
    view: ({ userId, standing }) => statusView(userId, standing),
  });
  app.get('/status/:user_id', { ...status, preHandler: byPath });

  const cancel = answerTo({
    schema: {
      summary: 'Give a seat or a place back; the next in the queue gets the seat',
      tags,
      params: TrainParams,
      response: { 200: TrainCancelled },
    },
    config,
    sender: claimant,
    ask: async ({ userId }) => {
      const promoted = await train.cancel(userId);
      return isRefusal(promoted) ? promoted : { userId, promoted };
    },
    view: ({ userId, promoted }) =>
      promoted
        ? { status: 'cancelled' as const, user_id: userId, promoted_users: promoted }
        : { status: 'not_found' as const, user_id: userId },
  });
  app.delete('/reserve/:user_id', { ...cancel, preHandler: byPath });
}

/** `/process_queue`, and `/admin/reset` where ALLOW_RESET lets it. */
function organiserRoutes(app: HttpServer, train: Train): void {
  const security = SECURITY.organiser;
  const process = answerTo({
    schema: {
      summary: 'Give free seats to the queue, first come first',
      tags,
      security,
      response: { 200: TrainProcessed },
    },
    config,
    sender: requireOrganiser,
    ask: async () => ({ promoted: await train.processQueue() }),
    view: ({ promoted }) => ({
      status: 'queue_processed' as const,
      promoted_users: promoted,
      promoted_count: promoted.length,
    }),
  });
  app.post('/process_queue', process);

  if (!app.kit.config.allowReset) return;
  const reset = answerTo({
    schema: {
      summary: 'Take back every seat that is not paid for, and empty the queue',
      tags,
      security,
      response: { 200: TrainReset },
    },
    config,
    sender: requireOrganiser,
    ask: async () => {
      await train.reset();
      return { isReset: true };
    },
    view: () => ({ status: 'reset_done' as const }),
  });
  app.post('/admin/reset', reset);
}
