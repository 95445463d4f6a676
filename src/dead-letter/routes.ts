import { Type } from 'typebox';
import { formatDateTime } from '../contract/date-time.ts';
import { DeadLetterParams, DeadLetterSent, DeadLetterView } from '../contract/dead-letter.ts';
import type { DeadLetter } from '../core/message.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { answerTo } from '../http/answers/answer-to.ts';
import { sendRefusal } from '../http/answers/refusals.ts';
import { SECURITY } from '../http/documents/openapi.ts';
import { organiserKey } from '../http/identity/organiser.ts';
import type { HttpServer } from '../http/kit.ts';
import type { DeadLetterStore } from './ports/dead-letter-store.ts';

const LISTED_MAX = 1_000;
const tags = ['operations'];
const security = SECURITY.organiser;

/** What no consumer of messages could take, for the organiser: `/api/v1/dead-letters`. */
export function deadLetterRoutes(app: HttpServer, letters: DeadLetterStore): void {
  const list = answerTo({
    schema: {
      summary: 'Messages that a consumer gave up, latest first, with the reasons',
      tags,
      security,
      response: { 200: Type.Array(DeadLetterView) },
    },
    sender: organiserKey,
    ask: () => letters.latest(LISTED_MAX),
    view: (found) => found.map(letterView),
  });
  app.get('/api/v1/dead-letters', list);

  const replay = {
    summary: 'Send a message again that a consumer gave up; who has dealt with it ignores it',
    tags,
    security,
    params: DeadLetterParams,
    response: { 202: DeadLetterSent },
  };
  app.post(
    '/api/v1/dead-letters/:consumer/:message_id/replay',
    { schema: replay },
    async (request, reply) => {
      const letter = await letterOf(letters, organiserKey(request), request.params);
      if (isRefusal(letter)) return sendRefusal(request, reply, letter);
      await letters.replay(letter);
      return reply.code(202).send({ message_id: letter.message.messageId });
    },
  );

  const drop = {
    summary: 'Take a message off the list that nobody needs any more',
    tags,
    security,
    params: DeadLetterParams,
    response: { 204: Type.Null({ description: 'gone' }) },
  };
  app.delete('/api/v1/dead-letters/:consumer/:message_id', { schema: drop }, async (request, reply) => {
    const letter = await letterOf(letters, organiserKey(request), request.params);
    if (isRefusal(letter)) return sendRefusal(request, reply, letter);
    await letters.drop(letter);
    return reply.code(204).send(null);
  });
}

async function letterOf(
  letters: DeadLetterStore,
  organiser: ReturnType<typeof organiserKey>,
  { consumer, message_id }: { consumer: string; message_id: string },
): Promise<DeadLetter | Refusal> {
  if (isRefusal(organiser)) return organiser;
  return (await letters.find(consumer, message_id)) ?? refuse('NOT_FOUND');
}

function letterView({ consumer, message, reason, attempts, at }: DeadLetter): DeadLetterView {
  const { messageId, topic, key, body } = message;
  return {
    consumer,
    message_id: messageId,
    topic,
    key,
    body,
    reason,
    attempts,
    sent_at: formatDateTime(message.at),
    died_at: formatDateTime(at),
  };
}
