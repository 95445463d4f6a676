import { IdParams } from '../contract/common.ts';
import {
  WaitlistInput,
  WaitlistPage,
  WaitlistQuery,
  WaitlistServed,
  WaitlistView,
} from '../contract/waitlist.ts';
import type { Admissions } from '../core/admissions.ts';
import { isRefusal } from '../core/refusal.ts';
import { answerTo } from '../http/answers/answer-to.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import { SECURITY } from '../http/documents/openapi.ts';
import { admittedClaimant, claimant } from '../http/identity/claimant.ts';
import { requireOrganiserUnlessOpen } from '../http/identity/organiser.ts';
import type { HttpServer } from '../http/kit.ts';
import type { WaitlistService } from './service.ts';
import { waitlistStreamRoutes } from './stream-routes.ts';
import type { Watching } from './watching.ts';
import { entryView, pageView, standingView, wishOf } from './wire.ts';

export interface WaitlistRoutesNeeds {
  service: WaitlistService;
  watching: Watching;
  admissions: Admissions;
}

const PATH = '/api/v1/events/:id/waitlist';
const tags = ['waitlist'];
const security = SECURITY.buyer;
const params = IdParams;

/** The line for seats that come back: `/api/v1/events/{id}/waitlist`. */
export function waitlistRoutes(app: HttpServer, needs: WaitlistRoutesNeeds): void {
  joinRoute(app, needs);
  ownRoutes(app, needs.service);
  organiserRoutes(app, needs.service);
  waitlistStreamRoutes(app, needs);
}

function joinRoute(app: HttpServer, { service, admissions }: WaitlistRoutesNeeds): void {
  const schema = {
    summary: 'Take a place in the line (201), or find the one you have (200)',
    tags,
    security,
    params,
    body: WaitlistInput,
    response: { 200: WaitlistView, 201: WaitlistView },
  };
  app.post(`${PATH}/join`, { schema, config: { hot: true } }, async (request, reply) => {
    const { id } = request.params;
    const { user_id, session_id } = request.body;
    const buyer = await admittedClaimant(request, admissions, {
      eventId: id,
      userId: user_id,
      sessionId: session_id,
    });
    const joined = isRefusal(buyer) ? buyer : await service.join(id, wishOf(request.body), buyer);
    if (isRefusal(joined)) return sendRefusal(request, reply, joined);
    return reply.code(joined.isNew ? 201 : 200).send(standingView(joined));
  });
}

function ownRoutes(app: HttpServer, service: WaitlistService): void {
  const schema = { tags, security, params, response: { 200: WaitlistView } };
  const status = answerTo({
    schema: { ...schema, summary: 'How you stand in the line' },
    config: { hot: true },
    sender: claimant,
    ask: ({ userId }, request) => service.standing(request.params.id, userId),
    view: standingView,
  });
  app.get(`${PATH}/status`, status);

  const leave = answerTo({
    schema: { ...schema, summary: 'Give up the place, or the offer' },
    sender: claimant,
    ask: ({ userId }, request) => service.leave(request.params.id, userId),
    view: entryView,
  });
  app.post(`${PATH}/leave`, leave);

  const accept = answerTo({
    schema: {
      ...schema,
      summary: 'Take the seats that are offered; they are then reservations like any other',
    },
    sender: claimant,
    ask: ({ userId }, request) => service.accept(request.params.id, userId),
    view: entryView,
  });
  app.post(`${PATH}/accept`, accept);

  const decline = answerTo({
    schema: { ...schema, summary: 'Let the next in line have what is offered' },
    sender: claimant,
    ask: ({ userId }, request) => service.decline(request.params.id, userId),
    view: entryView,
  });
  app.post(`${PATH}/decline`, decline);
}

function organiserRoutes(app: HttpServer, service: WaitlistService): void {
  const list = answerTo({
    schema: {
      summary: 'The line in its order',
      tags,
      security: SECURITY.organiser,
      params,
      querystring: WaitlistQuery,
      response: { 200: WaitlistPage },
    },
    sender: requireOrganiserUnlessOpen,
    ask: async (_organiser, { params: { id }, query: { after = 0, limit = 100, all = false } }) => {
      const page = await service.list(id, { after, limit, liveOnly: !all });
      return isRefusal(page) ? page : { page, limit };
    },
    view: ({ page, limit }) => pageView(page, limit),
  });
  app.get(PATH, list);

  const serve = answerTo({
    schema: {
      summary: 'Serve the line now; it is served by itself when seats come back',
      tags,
      security: SECURITY.organiser,
      params,
      response: { 200: WaitlistServed },
    },
    sender: requireOrganiserUnlessOpen,
    ask: (_organiser, { params: { id } }) => service.serve(id),
    view: (served) => ({ served: served.map(entryView), count: served.length }),
  });
  app.post(`${PATH}/serve`, serve);
}
