import type { FastifySchema } from 'fastify';
import type { TSchema } from 'typebox';
import { ErrorBody } from '../../contract/common.ts';
import { reasonPhrase } from '../answers/reason-phrase.ts';
import type { Face } from '../face.ts';
import type { HttpServer } from '../kit.ts';

const SOCKET = /\/ws\//;

const RETRY_AFTER = {
  'Retry-After': {
    type: 'integer',
    description: 'Seconds, wherever it passes by itself: 429, 503 and some 409',
  },
};

const NOT_SERVED = {
  code: 'UNAVAILABLE',
  message: 'The service is not available; try again shortly',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  detail: 'The service is not available; try again shortly',
};

/** The error body of each route is a schema of the server's, so that the document names it and all routes refer to it. */
export function shareErrorBodies(app: HttpServer): void {
  app.addHook('onRoute', ({ config }) => {
    const body = errorBodyOf(config?.face);
    if (!app.getSchema(body.$id)) app.addSchema(body);
  });
}

/** A route's schema with all its answers, for the document alone: as response schemas they would put a serialiser in front of errors. */
export function withAnswers(
  schema: FastifySchema,
  { url, face }: { url: string; face?: Face | undefined },
): FastifySchema {
  if (schema.hide) return schema;
  const failure = (description: string, example: { example?: object } = {}) => ({
    description,
    headers: RETRY_AFTER,
    content: { 'application/json': { schema: { $ref: `${errorBodyOf(face).$id}#` }, ...example } },
  });
  const answers = Object.entries((schema.response ?? plainAnswer(schema, url)) as Record<string, object>);
  const response = answers.map(([status, answer]) => [
    status,
    'description' in answer ? answer : { ...answer, 'x-response-description': reasonPhrase(Number(status)) },
  ]);
  return {
    ...schema,
    response: {
      ...Object.fromEntries(response),
      '4xx': failure('Refused: nothing happened'),
      '5xx': failure(
        'Not served; with `indefinite` the effect is unknown: ask again with the same Idempotency-Key',
        face?.errorBody ? {} : { example: NOT_SERVED },
      ),
    },
  };
}

function errorBodyOf(face: Face | undefined): TSchema & { $id: string } {
  return face?.errorBody ?? ErrorBody;
}

/** How a route answers whose schema does not say: it opens a stream, or sends a document of another kind than JSON. */
function plainAnswer({ tags = [], produces }: FastifySchema, url: string): object {
  if (SOCKET.test(url))
    return { 101: { type: 'null', description: 'a WebSocket; its messages are in /asyncapi.json' } };
  const schema = { type: 'string' };
  if (tags.includes('streams')) {
    const description = 'server-sent events; they are in /asyncapi.json';
    return { 200: { description, content: { 'text/event-stream': { schema } } } };
  }
  const documents = produces?.map((mediaType) => [mediaType, { schema }]);
  return { 200: { description: 'OK', ...(documents && { content: Object.fromEntries(documents) }) } };
}
