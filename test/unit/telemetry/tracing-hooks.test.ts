import { expect, it } from 'vitest';
import { embeddedStreamTicketStore } from '../../../src/adapters/embedded/stream-ticket-store.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { readConfig } from '../../../src/config.ts';
import { httpServer } from '../../../src/http/server.ts';
import { STREAM_TICKET_LIMITS } from '../../../src/http/streams/stream-tickets.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { openTraces } from '../../../src/telemetry/traces.ts';
import { below, otlpReceiver } from '../../backends/otlp-receiver.ts';
import { countingRandom } from '../http/kit.ts';

const needs = { clock: systemClock(), version: '0.0.0', warn: () => {} };

/** A server with one route, and the hooks that stand before its handler. */
async function server(env: Record<string, string> = {}) {
  const read = readConfig(env);
  if ('errors' in read) throw new Error(read.errors.join('\n'));
  const { config } = read;
  const traces = await openTraces(config, needs);
  const app = await httpServer({
    config,
    clock: needs.clock,
    random: countingRandom(),
    log: false,
    adminToken: 'a',
    version: '0.0.0',
    metrics: createMetrics({ runtime: false }),
    traces,
    streamTickets: embeddedStreamTicketStore({ clock: needs.clock, limits: STREAM_TICKET_LIMITS }),
  });
  const hooks: number[] = [];
  app.addHook('onRoute', ({ onRequest = [], preValidation = [] }) => {
    hooks.push([onRequest].flat().length, [preValidation].flat().length);
  });
  app.post('/echo', async (request) => {
    const place = traces?.here();
    await traces?.step('step of the route', async () => undefined);
    return { place, body: request.body };
  });
  return { app, traces, hooks };
}

it('where nothing is traced, no hook is there for it', async () => {
  const { app, traces, hooks } = await server();
  expect(traces).toBeUndefined();
  expect(hooks).toEqual([1, 0]);
  await app.close();
});

it('where it is, what a route does is a part of its request, after a body was read as well', async () => {
  const collector = await otlpReceiver();
  const { app, traces, hooks } = await server({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  expect(hooks).toEqual([2, 1]);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const answer = await fetch(`${url}/echo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'x'.repeat(50_000) }),
  });
  const { place } = (await answer.json()) as { place: string };
  expect(place.split('-')[1]).toBe(answer.headers.get('trace-id'));
  await app.close();
  await traces?.close();
  const [request] = collector.spans.filter(({ name }) => name === 'POST /echo');
  expect(below(collector.spans, request?.spanId ?? '').map(({ name }) => name)).toEqual([
    'POST /echo',
    'step of the route',
  ]);
  await collector.stop();
});
