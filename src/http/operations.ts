import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { refuse } from '../core/refusal.ts';
import { sendRefusal } from './answers/refusals.ts';
import { SECURITY } from './documents/openapi.ts';
import { requireOrganiser } from './identity/organiser.ts';
import type { HttpServer } from './kit.ts';

const Health = Type.Object({
  status: Type.String({
    examples: ['healthy'],
    description: 'healthy, or degraded: something is away that the sale goes on without for a while',
  }),
  version: Type.String({ examples: ['0.1.0'] }),
  api_versions: Type.Array(Type.String(), { examples: [['v1', 'v2']] }),
  roles: Type.Array(Type.String(), { examples: [['catalog', 'reservation', 'order']] }),
  backends: Type.Optional(Type.Record(Type.String(), Type.String(), { examples: [{ ledger: 'up' }] })),
});

const API_VERSIONS = ['v1', 'v2'];

/** What operators ask of the process: whether it lives, and its figures. */
export function operationRoutes(app: HttpServer, { version }: { version: string }): void {
  const unlimited = { unlimited: true, hot: true };
  const { kit } = app;
  const state = async (request: FastifyRequest, reply: FastifyReply) => {
    if (kit.shedding.overloaded) return sendRefusal(request, reply, { refused: 'BUSY' });
    const known = (await kit.health?.()) ?? [];
    const backends = Object.fromEntries(known.map(({ name, isUp }) => [name, isUp ? 'up' : 'down']));
    const down = known.filter(({ isUp }) => !isUp);
    if (down.some(({ canWait }) => !canWait)) {
      const away = refuse('UNAVAILABLE', {}, { detail: backends, retryAfterSeconds: 1 });
      return sendRefusal(request, reply, away);
    }
    const roles = kit.config.roles.here.names;
    return {
      status: down.length > 0 ? 'degraded' : 'healthy',
      version,
      api_versions: [...API_VERSIONS],
      roles: [...roles],
      ...(kit.health && { backends }),
    };
  };
  const health = {
    summary: 'Whether the process can serve; 503 while it sheds load, or something that it stands on is away',
    tags: ['operations'],
    response: { 200: Health },
  };
  app.get('/health', { schema: health, config: unlimited }, state);
  const ready = {
    ...health,
    summary:
      'Whether to send requests here; 503 as /health, and from SIGTERM on, while what is under way ends',
  };
  app.get('/ready', { schema: ready, config: unlimited }, async (request, reply) => {
    const closing = refuse('BUSY', {}, { detail: 'it is being stopped', retryAfterSeconds: 1 });
    return kit.drain.begun ? sendRefusal(request, reply, closing) : state(request, reply);
  });

  if (!kit.config.metrics) return;
  const metrics = {
    summary: 'Prometheus metrics',
    tags: ['operations'],
    security: SECURITY.organiser,
    produces: ['text/plain'],
  };
  app.get('/metrics', { schema: metrics, config: unlimited }, async (request, reply) => {
    const refusal = requireOrganiser(request);
    if (refusal) return sendRefusal(request, reply, refusal);
    const { registry } = kit.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
