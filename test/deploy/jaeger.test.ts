import { readFileSync } from 'node:fs';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../backends/servers/free-port.ts';
import { toolAt } from '../backends/tools.ts';
import { clientOf, organiserOf } from '../system/client.ts';
import { eventually } from '../system/eventually.ts';
import { type Program, startProgram } from '../system/program.ts';
import { buy, openSale } from '../system/sale.ts';
import { DEPLOY, type Server, serverStarted } from './as-composed.ts';

/** Where Jaeger listens when nothing is said, as compose.cluster.yml calls it. */
const LISTENS = [
  ...['otlp.protocols.grpc', 'otlp.protocols.http', 'zipkin'].map((name) => `receivers.${name}`),
  ...['grpc', 'thrift_http', 'thrift_binary', 'thrift_compact'].map(
    (protocol) => `receivers.jaeger.protocols.${protocol}`,
  ),
  ...['jaeger_query.http', 'jaeger_query.grpc', 'remote_sampling.http', 'remote_sampling.grpc']
    .concat('healthcheckv2.http', 'expvar', 'zpages')
    .map((name) => `extensions.${name}`),
];

interface Found {
  data?: { spans: { operationName: string }[] }[];
}

describe('a Jaeger as compose.cluster.yml calls it', () => {
  let jaeger: Server;
  let program: Program;
  beforeAll(async () => {
    const ports = new Map<string, number>();
    for (const path of LISTENS) ports.set(path, await freePort());
    const [, service = ''] = readFileSync(`${DEPLOY}/compose.cluster.yml`, 'utf8').split(/^ {2}jaeger:$/m);
    // Its entry point without a word: all in one, in memory.
    expect(service.split(/^\S/m)[0]).not.toMatch(/command|environment|entrypoint/);
    jaeger = await serverStarted({
      program: toolAt('jaeger') as string,
      words: [...ports].map(([path, port]) => `--set=${path}.endpoint=127.0.0.1:${port}`),
      url: `http://127.0.0.1:${ports.get('extensions.jaeger_query.http')}`,
      ready: '/api/services',
    });
    const otlp = `http://127.0.0.1:${ports.get('receivers.otlp.protocols.http')}`;
    program = await startProgram({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: otlp } });
  });
  afterAll(async () => {
    await program?.stop();
    await jaeger?.stop();
  });

  it('shows a purchase as one trace, from the request to the commit', async () => {
    const [traceId, spanId] = ['a7'.repeat(16), 'b8'.repeat(8)];
    const { eventId, seatIds } = await openSale(organiserOf(program), { rows: 1, seatsInRow: 2 });
    const ann = clientOf(program).with({ traceparent: `00-${traceId}-${spanId}-01` });
    await buy(ann, 'ann', eventId, seatIds);
    const names = await eventually(
      async () => {
        const { body } = await request(`${jaeger.url}/api/traces/${traceId}`);
        const { data } = (await body.json()) as Found;
        return data?.[0]?.spans.map(({ operationName }) => operationName) ?? [];
      },
      (found) => found.includes('ticket takes order.events'),
    );
    expect(names).toEqual(
      expect.arrayContaining(['POST /api/v1/reservations', 'mock capture', 'ledger commit']),
    );
    const { body } = await request(`${jaeger.url}/api/services`);
    expect(((await body.json()) as { data: string[] }).data).toContain('onrush');
  });
});
