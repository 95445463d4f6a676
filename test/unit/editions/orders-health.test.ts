import { expect, it } from 'vitest';
import { houseRoutes } from '../../../src/editions/orders/house-routes.ts';
import type { HttpServer } from '../../../src/http/kit.ts';
import { testServer } from '../http/kit.ts';

type BackEnds = Awaited<ReturnType<NonNullable<HttpServer['kit']['health']>>>;

async function healthWith(backEnds: BackEnds) {
  const { app } = await testServer({}, { health: async () => backEnds });
  houseRoutes(app, { reset: async () => undefined });
  const answer = await app.inject('/actuator/health');
  await app.close();
  return { status: answer.statusCode, body: answer.json() };
}

const ledger = { name: 'ledger', isUp: true };

it('is down with a server that the sale cannot do without', async () => {
  expect(await healthWith([{ ...ledger, isUp: false }])).toEqual({ status: 503, body: { status: 'DOWN' } });
});

it('is up, as /health is, while one is away that the sale goes on without', async () => {
  const kafka = { name: 'kafka', isUp: false, canWait: true as const };
  expect(await healthWith([ledger, kafka])).toEqual({ status: 200, body: { status: 'UP' } });
});
