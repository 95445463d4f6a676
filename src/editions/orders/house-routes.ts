import { ActuatorHealth, TestReset, TestResetQuery } from '../../contract/orders.ts';
import { sendRefusal } from '../../http/answers/refusals.ts';
import { SECURITY } from '../../http/documents/openapi.ts';
import { requireOrganiser } from '../../http/identity/organiser.ts';
import type { HttpServer } from '../../http/kit.ts';
import { ORDERS_FACE } from './face.ts';
import type { House } from './ports/sale.ts';

const tags = ['orders'];

/** For operators and tests: `/actuator/health`, and `/admin/test-reset` where ALLOW_RESET lets it. */
export function houseRoutes(app: HttpServer, house: House): void {
  const health = {
    summary: 'Whether the process can serve',
    tags,
    response: { 200: ActuatorHealth, 503: ActuatorHealth },
  };
  const unlimited = { unlimited: true, hot: true };
  app.get('/actuator/health', { schema: health, config: unlimited }, async (_request, reply) => {
    const { shedding, health: ask } = app.kit;
    const isUp =
      !shedding.overloaded &&
      ((await ask?.()) ?? []).every(({ isUp: answers, canWait }) => answers || canWait);
    return reply.code(isUp ? 200 : 503).send({ status: isUp ? 'UP' : 'DOWN' });
  });

  if (!app.kit.config.allowReset) return;
  const schema = {
    summary: 'Organiser: ends every hold and order of an event, with refunds, so that its seats are free',
    tags,
    security: SECURITY.organiser,
    querystring: TestResetQuery,
    response: { 200: TestReset },
  };
  app.post('/admin/test-reset', { schema, config: { face: ORDERS_FACE } }, async (request, reply) => {
    const { eventId } = request.query;
    const refusal = requireOrganiser(request) ?? (await house.reset(eventId));
    return refusal ? sendRefusal(request, reply, refusal) : { eventId, reset: true };
  });
}
