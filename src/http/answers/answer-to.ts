import type { IncomingMessage } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyContextConfig,
  FastifyRequest,
  FastifySchema,
  RawServerDefault,
  RouteGenericInterface,
} from 'fastify';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { type AnyReply, sendRefusal } from './refusals.ts';

type RequestOf<Schema extends FastifySchema> = FastifyRequest<
  RouteGenericInterface,
  RawServerDefault,
  IncomingMessage,
  Schema,
  TypeBoxTypeProvider
>;

/** A route in three questions. */
interface Question<Schema extends FastifySchema, Sender, Answer, View> {
  schema: Schema;
  config?: FastifyContextConfig;
  /** Who asks, or why he may not. */
  sender: (request: RequestOf<Schema>) => Sender | Refusal | Promise<Sender | Refusal>;
  ask: (sender: Sender, request: RequestOf<Schema>) => Promise<Answer | Refusal>;
  view: (answer: Answer, request: RequestOf<Schema>) => View;
}

/**
 * A route that finds out who asks, asks the service in his name, and shows the answer; a refusal of either is sent as
 * such. The route of holds, which is measured, spells these steps out instead.
 */
export function answerTo<Schema extends FastifySchema, Sender, Answer, View>({
  sender,
  ask,
  view,
  ...options
}: Question<Schema, Sender, Answer, View>) {
  return {
    ...options,
    async handler(request: RequestOf<Schema>, reply: AnyReply): Promise<View | undefined> {
      const asked = sender(request);
      const who = asked instanceof Promise ? await asked : asked;
      const answer = isRefusal(who) ? who : await ask(who, request);
      if (!isRefusal(answer)) return view(answer, request);
      sendRefusal(request, reply, answer);
      return undefined;
    },
  };
}
