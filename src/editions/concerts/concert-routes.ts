import { Type } from 'typebox';
import { IdParams } from '../../contract/common.ts';
import {
  ConcertList,
  ConcertSeats,
  OptionList,
  OptionParams,
  SalesPolicyInput,
  SalesPolicyView,
  SetupInput,
} from '../../contract/concerts.ts';
import type { Answers } from '../../core/answers.ts';
import { isRefusal } from '../../core/refusal.ts';
import { answerTo } from '../../http/answers/answer-to.ts';
import { sendRefusal } from '../../http/answers/refusals.ts';
import { SECURITY } from '../../http/documents/openapi.ts';
import { organiserKeyUnlessOpen, requireOrganiserUnlessOpen } from '../../http/identity/organiser.ts';
import type { HttpServer } from '../../http/kit.ts';
import { CONCERTS_FACE } from './face.ts';
import type { Concerts } from './ports/concerts.ts';
import { concertDraft, concertView, optionView, salesPolicy, salesPolicyView } from './wire.ts';

const tags = ['concerts'];
const config = { face: CONCERTS_FACE };
const hot = { ...config, hot: true };
const security = SECURITY.organiser;
const TEXT = 'text/plain; charset=utf-8';

export interface ConcertRoutesNeeds {
  concerts: Concerts;
  answers: Answers;
}

/** Concerts, their options and seats: `/api/concerts`. */
export function concertRoutes(app: HttpServer, needs: ConcertRoutesNeeds): void {
  readRoutes(app, needs);
  setupRoutes(app, needs);
  policyRoutes(app, needs);
}

function readRoutes(app: HttpServer, { concerts }: ConcertRoutesNeeds): void {
  const list = { summary: 'Concerts, newest last', tags, response: { 200: ConcertList } };
  app.get('/api/concerts', { schema: list, config: hot }, async () => concerts.all().map(concertView));

  const options = {
    summary: 'The options of a concert',
    tags,
    params: IdParams,
    response: { 200: OptionList },
  };
  app.get('/api/concerts/:id/options', { schema: options, config: hot }, async (request, reply) => {
    const found = concerts.options(request.params.id);
    return isRefusal(found) ? sendRefusal(request, reply, found) : found.map(optionView);
  });

  const seats = {
    summary: 'The free seats of an option; a sold one is shown for less than a second',
    tags,
    params: OptionParams,
  };
  // The text is made once for everybody, so no serialiser may stand in front of it.
  const documented = {
    ...seats,
    response: { 200: { description: 'free seats', content: jsonOf(ConcertSeats) } },
  };
  app.get(
    '/api/concerts/options/:optionId/seats',
    { schema: documented, config: hot },
    async (request, reply) => {
      const text = await concerts.freeSeats(request.params.optionId);
      if (isRefusal(text)) return sendRefusal(request, reply, text);
      return reply.header('content-type', 'application/json; charset=utf-8').send(text as never);
    },
  );
}

function jsonOf(schema: object) {
  return { 'application/json': { schema } };
}

function textOf(example: string) {
  return { description: 'done', content: { 'text/plain': { schema: Type.String({ examples: [example] }) } } };
}

function setupRoutes(app: HttpServer, { concerts, answers }: ConcertRoutesNeeds): void {
  const setup = {
    summary: 'Make a concert with its options and seats, on sale',
    tags,
    security,
    body: SetupInput,
    response: { 200: textOf('Setup completed: ConcertID=4, OptionID=7') },
  };
  app.post('/api/concerts/setup', { schema: setup, config }, async (request, reply) => {
    const key = organiserKeyUnlessOpen(request);
    if (isRefusal(key)) return sendRefusal(request, reply, key);
    const draft = concertDraft(request.body);
    if (isRefusal(draft)) return sendRefusal(request, reply, draft);
    const text = await answers.once(key, async () => {
      const made = await concerts.setUp(draft);
      if (isRefusal(made)) return made;
      return { text: `Setup completed: ConcertID=${made.seriesId}, OptionID=${made.eventIds[0]}` };
    });
    return isRefusal(text) ? sendRefusal(request, reply, text) : reply.type(TEXT).send(text.text);
  });

  const cleanup = {
    summary: 'Take a concert off the list; its options are over',
    tags,
    security,
    params: IdParams,
    response: { 200: textOf('Cleanup completed for ConcertID: 4') },
  };
  app.delete('/api/concerts/cleanup/:id', { schema: cleanup, config }, async (request, reply) => {
    const { id } = request.params;
    const cleaned = requireOrganiserUnlessOpen(request) ?? (await concerts.cleanUp(id));
    return isRefusal(cleaned)
      ? sendRefusal(request, reply, cleaned)
      : reply.type(TEXT).send(`Cleanup completed for ConcertID: ${id}`);
  });
}

function policyRoutes(app: HttpServer, { concerts }: ConcertRoutesNeeds): void {
  const schema = {
    summary: 'How the options of a concert are sold',
    tags,
    params: IdParams,
    response: { 200: SalesPolicyView },
  };
  app.get('/api/concerts/:id/sales-policy', { schema, config }, async (request, reply) => {
    const policy = concerts.policy(request.params.id);
    return isRefusal(policy)
      ? sendRefusal(request, reply, policy)
      : salesPolicyView(request.params.id, policy);
  });

  const put = answerTo({
    schema: {
      summary: 'Say how the options of a concert are sold: presale, tier, opening, limit per user',
      tags,
      security,
      params: IdParams,
      body: SalesPolicyInput,
      response: { 200: SalesPolicyView },
    },
    config,
    sender: requireOrganiserUnlessOpen,
    ask: (_organiser, { params, body }) => concerts.setPolicy(params.id, salesPolicy(body)),
    view: (policy, { params }) => salesPolicyView(params.id, policy),
  });
  app.put('/api/concerts/:id/sales-policy', put);
}
