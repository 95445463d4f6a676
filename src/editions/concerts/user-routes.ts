import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { IdParams } from '../../contract/common.ts';
import { UserInput, UserView } from '../../contract/concerts.ts';
import type { Answers } from '../../core/answers.ts';
import type { CommandKey } from '../../core/command.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { answerTo } from '../../http/answers/answer-to.ts';
import { sendRefusal } from '../../http/answers/refusals.ts';
import { commandKey } from '../../http/idempotency.ts';
import { identityRequired } from '../../http/identity/identity.ts';
import { requireOrganiserUnlessOpen } from '../../http/identity/organiser.ts';
import type { HttpServer } from '../../http/kit.ts';
import { CONCERTS_FACE } from './face.ts';
import type { Users } from './ports/users.ts';
import { userView } from './wire.ts';

const tags = ['concerts'];
const config = { face: CONCERTS_FACE };
/** Whoever makes an account has none yet. */
const NOBODY = 'nobody';

/** Accounts: `/api/users`. */
export function userRoutes(app: HttpServer, { users, answers }: { users: Users; answers: Answers }): void {
  const create = answerTo({
    schema: {
      summary: 'Make an account; a tier above BASIC is the organiser’s to give',
      tags,
      body: UserInput,
      response: { 200: UserView },
    },
    config,
    sender: (request) => creatorKey(request, request.body.tier),
    ask: (key, { body: { username, tier = 'BASIC' } }) =>
      answers.once(key, async () => {
        const user = await users.create({ username, tier });
        return isRefusal(user) ? user : userView(user);
      }),
    view: (answer) => answer,
  });
  app.post('/api/users', create);

  const one = answerTo({
    schema: { summary: 'One’s own account', tags, params: IdParams, response: { 200: UserView } },
    config,
    sender: (request) => notOwn(request, request.params.id),
    ask: (_owner, { params }) => users.user(params.id),
    view: userView,
  });
  app.get('/api/users/:id', one);

  const schema = {
    summary: 'End one’s own account; what was bought stays bought',
    tags,
    params: IdParams,
    response: { 204: Type.Null({ description: 'ended' }) },
  };
  app.delete('/api/users/:id', { schema, config }, async (request, reply) => {
    const { id } = request.params;
    const removed = notOwn(request, id) ?? (await users.remove(id));
    return isRefusal(removed) ? sendRefusal(request, reply, removed) : reply.code(204).send(null);
  });
}

function creatorKey(request: FastifyRequest, tier = 'BASIC'): CommandKey | undefined | Refusal {
  const refusal = tier === 'BASIC' ? undefined : requireOrganiserUnlessOpen(request);
  return refusal ?? commandKey(request, request.principal?.userId ?? NOBODY);
}

/** The organiser looks at all accounts; to everybody else another one is as good as none. */
function notOwn(request: FastifyRequest, userId: number): Refusal | undefined {
  if (requireOrganiserUnlessOpen(request) === undefined) return undefined;
  if (!request.principal) return identityRequired(request.server.kit.access);
  return request.principal.userId === String(userId) ? undefined : refuse('USER_NOT_FOUND');
}
