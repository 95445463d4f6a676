import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyInstance, type FastifySchema } from 'fastify';
import type { HttpServer } from '../kit.ts';
import { shareErrorBodies, withAnswers } from './openapi-answers.ts';
import { describeRequests } from './openapi-requests.ts';

/** Of a route's `schema.security`: whose request it takes. A route without it is open to everybody. */
export const SECURITY: Record<'buyer' | 'buyerOrNobody' | 'organiser', { [scheme: string]: string[] }[]> = {
  buyer: [{ userId: [] }, { bearer: [] }],
  buyerOrNobody: [{ userId: [] }, { bearer: [] }, {}],
  organiser: [{ organiserToken: [] }, { bearer: [] }],
};

const TAGS = [
  { name: 'events', description: 'What is on sale, and the organiser’s side of it' },
  { name: 'seats', description: 'The seats of an event and its map' },
  { name: 'reservations', description: 'Holds with a deadline' },
  { name: 'waiting room', description: 'The line before a sale, its draw, and the sessions it gives' },
  { name: 'queue', description: 'Requests for seats that wait their turn' },
  { name: 'waitlist', description: 'The line for seats that come back' },
  { name: 'train', description: 'The train edition: first come, first served for a capacity, then a queue' },
  {
    name: 'concerts',
    description: 'The concerts edition: concerts, their options and seats, and the line before them',
  },
  { name: 'bookings', description: 'From hold to money' },
  { name: 'payments', description: 'What payment providers tell' },
  { name: 'tickets', description: 'The right to enter: codes, documents, transfer' },
  { name: 'check-in', description: 'The entrance of an event, for its staff' },
  {
    name: 'orders',
    description: 'The orders edition: seats by row and column, orders that are paid by themselves',
  },
  { name: 'rush', description: 'The rush edition: in by a queue, one seat held at a time, one ticket each' },
  { name: 'streams', description: 'Server-sent events and WebSockets; their messages are in /asyncapi.json' },
  { name: 'operations', description: 'Health, metrics, and messages that nobody could take' },
];

/** The types of the plugin are of OpenAPI 3.0, which knew no identifier. */
const MIT = { name: 'MIT', identifier: 'MIT' };

/** Collects every route declared after it into `app.swagger()`. */
export async function describeRoutes(app: HttpServer, { version }: { version: string }): Promise<void> {
  await app.register(swagger, {
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) =>
        typeof schema.$id === 'string' ? schema.$id : `Schema${index}`,
    },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Onrush',
        version,
        description: 'Sells a hall when everybody comes at once.',
        license: MIT,
      },
      servers: [{ url: '/', description: 'The one that this document is from' }],
      tags: TAGS,
      components: {
        securitySchemes: {
          userId: { type: 'apiKey', in: 'header', name: 'X-User-ID', description: 'AUTH_MODE=header' },
          organiserToken: { type: 'apiKey', in: 'header', name: 'X-Token', description: 'ADMIN_TOKEN' },
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'AUTH_MODE=jwt' },
        },
      },
    },
    transform: ({ schema, url, route }) => ({
      schema: withAnswers((schema ?? {}) as FastifySchema, { url, face: route.config?.face }),
      url,
    }),
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      const shown = withoutSchemaIds(document.openapiObject) as typeof document.openapiObject;
      describeRequests((shown.paths ?? {}) as Parameters<typeof describeRequests>[0]);
      return shown;
    },
  });
  shareErrorBodies(app);
}

/** Inlined schemas keep their `$id`, which in OpenAPI 3.1 would change what a reference is relative to. */
function withoutSchemaIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSchemaIds);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).flatMap(([key, field]): [string, unknown][] =>
    key === '$id' ? [['title', field]] : [[key, withoutSchemaIds(field)]],
  );
  return Object.fromEntries(fields);
}

/** The document and its two readers, all served from here: a hall's network may reach no other address. */
export async function documentRoutes(app: HttpServer, asyncApi: object): Promise<void> {
  const hidden = { schema: { hide: true }, config: { unlimited: true, hot: true } };
  app.get('/openapi.json', hidden, () => app.swagger());
  app.get('/asyncapi.json', hidden, () => asyncApi);
  await app.register(async (pages) => {
    await pages.register(helmet, { contentSecurityPolicy: PAGE_POLICY });
    await pages.register(swaggerUi, { routePrefix: '/docs', uiConfig: { url: '/openapi.json' } });
    const reader = lazyReader();
    for (const path of ['/redoc', '/redoc/*']) {
      pages.get(path, hidden, async (request, reply) => {
        const { statusCode, headers, rawPayload } = await (await reader()).inject(request.url);
        return reply.code(statusCode).headers(headers).send(rawPayload);
      });
    }
  });
}

/** Scalar is megabytes of script that few processes are ever asked for: it is loaded, beside the server, when one is. */
function lazyReader(): () => Promise<FastifyInstance> {
  const make = async () => {
    const { default: scalar } = await import('@scalar/fastify-api-reference');
    const reader = Fastify({ logger: false });
    await reader.register(scalar, {
      routePrefix: '/redoc',
      configuration: {
        url: '/openapi.json',
        withDefaultFonts: false,
        telemetry: false,
        hideClientButton: true,
        // Both would send readers, and what they ask, to servers of others.
        agent: { disabled: true },
        mcp: { disabled: true },
      },
    });
    return reader as unknown as FastifyInstance;
  };
  let made: Promise<FastifyInstance> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Both readers write styles and a start-up script into their page; nothing from another address is ever loaded. */
const PAGE_POLICY = {
  directives: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'", "'unsafe-inline'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    upgradeInsecureRequests: null,
  },
};
