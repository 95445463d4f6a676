import { Type } from 'typebox';
import { refuse } from '../core/refusal.ts';
import type { HttpServer } from './kit.ts';
import { SECURITY } from './openapi.ts';
import { requireOrganiser } from './organiser.ts';
import { sendRefusal } from './refusals.ts';

const Health = Type.Object({
  status: Type.String({ examples: ['healthy'] }),
  version: Type.String({ examples: ['0.1.0'] }),
  api_versions: Type.Array(Type.String(), { examples: [['v1', 'v2']] }),
  backends: Type.Optional(Type.Record(Type.String(), Type.String(), { examples: [{ ledger: 'up' }] })),
});

export interface OperationNeeds {
  version: string;
  /** The editions of the native API that are mounted. */
  apiVersions: readonly string[];
  /** Which servers the sale stands on, and whether they answer; none for a process on its own. */
  health?: (() => Promise<{ name: string; isUp: boolean }[]>) | undefined;
}

/** What operators ask of the process: whether it lives, and its figures. */
export function operationRoutes(
  app: HttpServer,
  { version, apiVersions, health: ask }: OperationNeeds,
): void {
  const unlimited = { unlimited: true, hot: true };
  const health = {
    summary: 'Whether the process can serve; 503 while it sheds load, or something that it stands on is away',
    tags: ['operations'],
    response: { 200: Health },
  };
  app.get('/health', { schema: health, config: unlimited }, async (request, reply) => {
    if (app.kit.shedding.overloaded) return sendRefusal(request, reply, { refused: 'BUSY' });
    const known = (await ask?.()) ?? [];
    const backends = Object.fromEntries(known.map(({ name, isUp }) => [name, isUp ? 'up' : 'down']));
    if (known.some(({ isUp }) => !isUp)) {
      const away = refuse('UNAVAILABLE', {}, { detail: backends, retryAfterSeconds: 1 });
      return sendRefusal(request, reply, away);
    }
    return { status: 'healthy', version, api_versions: [...apiVersions], ...(ask && { backends }) };
  });

  if (!app.kit.config.metrics) return;
  const metrics = { summary: 'Prometheus metrics', tags: ['operations'], security: SECURITY.organiser };
  app.get('/metrics', { schema: metrics, config: unlimited }, async (request, reply) => {
    const refusal = requireOrganiser(request);
    if (refusal) return sendRefusal(request, reply, refusal);
    const { registry } = app.kit.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
