import { Type } from 'typebox';
import { IdParams } from '../contract/common.ts';
import { BroadcastInput, OpenInput, RevokeInput, RoomState, RoomStats } from '../contract/waiting-room.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { answerTo } from '../http/answers/answer-to.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import { SECURITY } from '../http/documents/openapi.ts';
import { requireOrganiser } from '../http/identity/organiser.ts';
import type { HttpServer } from '../http/kit.ts';
import type { WaitingRoomService } from './service.ts';
import { ROOM_PATH, roomState, statsView } from './wire.ts';

const tags = ['waiting room'];
const security = SECURITY.organiser;

/** What the organiser does with a room. */
export function organiserRoutes(app: HttpServer, service: WaitingRoomService): void {
  phaseRoutes(app, service);
  peopleRoutes(app, service);
  const stats = answerTo({
    schema: {
      summary: 'The lanes in figures, and which limit binds',
      tags,
      security,
      params: IdParams,
      response: { 200: RoomStats },
    },
    sender: requireOrganiser,
    ask: (_organiser, request) => service.stats(request.params.id),
    view: (found, request) => statsView(found, request.server.kit.clock.now()),
  });
  app.get(`${ROOM_PATH}/stats`, stats);
}

const MOVES = [
  ['pause', 'Let nobody in for now'],
  ['resume', 'Let people in again'],
  ['drain', 'Let in those who wait, and nobody else'],
  ['close', 'Close the room'],
] as const;

function phaseRoutes(app: HttpServer, service: WaitingRoomService): void {
  const response = { 200: RoomState };
  const stateAfter = async (eventId: number, moved: Promise<Refusal | object>) => {
    const head = await moved;
    return isRefusal(head) ? head : service.stats(eventId);
  };
  const open = answerTo({
    schema: {
      summary:
        'Draw the places of those who are here, and let people in; with a beacon announced, its value is awaited',
      tags,
      security,
      params: IdParams,
      body: OpenInput,
      response,
    },
    sender: requireOrganiser,
    ask: (_organiser, { params, body }) =>
      stateAfter(params.id, service.move(params.id, 'open', body.beacon)),
    view: ({ head, terms }) => roomState(head, terms),
  });
  app.post(`${ROOM_PATH}/open`, open);
  for (const [move, summary] of MOVES) {
    const route = answerTo({
      schema: { summary, tags, security, params: IdParams, response },
      sender: requireOrganiser,
      ask: (_organiser, { params }) => stateAfter(params.id, service.move(params.id, move)),
      view: ({ head, terms }) => roomState(head, terms),
    });
    app.post(`${ROOM_PATH}/${move}`, route);
  }
}

function peopleRoutes(app: HttpServer, service: WaitingRoomService): void {
  const broadcast = {
    summary: 'Say something to everybody',
    tags,
    security,
    params: IdParams,
    body: BroadcastInput,
    response: { 204: Type.Null({ description: 'said' }) },
  };
  app.post(`${ROOM_PATH}/broadcast`, { schema: broadcast }, async (request, reply) => {
    const refusal = requireOrganiser(request) ?? (await service.say(request.params.id, request.body.message));
    return refusal ? sendRefusal(request, reply, refusal) : reply.code(204).send(null);
  });
  const revoke = {
    summary: 'End somebody’s place or session',
    tags,
    security,
    params: IdParams,
    body: RevokeInput,
    response: { 204: Type.Null({ description: 'ended' }) },
  };
  app.post(`${ROOM_PATH}/revoke`, { schema: revoke }, async (request, reply) => {
    const refusal =
      requireOrganiser(request) ?? (await service.leave(request.params.id, request.body.user_id, 'REVOKED'));
    return refusal ? sendRefusal(request, reply, refusal) : reply.code(204).send(null);
  });
}
