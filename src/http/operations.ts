import { Type } from 'typebox';
import { requireOrganiser } from './identity.ts';
import type { HttpServer } from './kit.ts';
import { SECURITY } from './openapi.ts';
import { sendRefusal } from './refusals.ts';

const Health = Type.Object({
  status: Type.String({ examples: ['healthy'] }),
  version: Type.String({ examples: ['0.1.0'] }),
  api_versions: Type.Array(Type.String(), { examples: [['v1']] }),
});

/** What operators ask of the process: whether it lives, and its figures. */
export function operationRoutes(app: HttpServer, { version }: { version: string }): void {
  const unlimited = { unlimited: true, hot: true };
  const health = {
    summary: 'Whether the process can serve; 503 while it sheds load',
    tags: ['operations'],
    response: { 200: Health },
  };
  app.get('/health', { schema: health, config: unlimited }, (request, reply) => {
    if (app.kit.shedding.overloaded) return sendRefusal(request, reply, { refused: 'BUSY' });
    return { status: 'healthy', version, api_versions: ['v1'] };
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
