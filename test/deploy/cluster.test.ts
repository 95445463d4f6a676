import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SignJWT } from 'jose';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TicketView } from '../../src/contract/ticket.ts';
import { type OtlpReceiver, otlpReceiver } from '../backends/otlp-receiver.ts';
import { componentPresent } from '../backends/registry.ts';
import { freePort } from '../backends/servers/free-port.ts';
import { kafkaServer } from '../backends/servers/kafka.ts';
import { postgresServer } from '../backends/servers/postgres.ts';
import { type Client, clientOf, organiserOf } from '../system/client.ts';
import { eventually } from '../system/eventually.ts';
import { nginxBefore } from '../system/nodes/nginx.ts';
import { heardOfSale } from '../system/nodes/parts.ts';
import { MAIN, type Program, startProgram } from '../system/program.ts';
import { buy, openSale } from '../system/sale.ts';
import { DEPLOY } from './as-composed.ts';
import { redisAsComposed } from './redis-as-composed.ts';
import { CLUSTER, rendered, type Service } from './rendered.ts';

const NEEDED = ['docker-compose', 'postgres', 'redis', 'kafka', 'nginx', 'openssl'];
/** Our containers that stay, and how often there is one. */
const STAYING = { payment: 1, app: 2, auditor: 1 } as const;

describe.runIf(NEEDED.every(componentPresent))('compose.cluster.yml without containers', () => {
  const ends: (() => Promise<unknown>)[] = [];
  const nodes = new Map<string, { program: Program; metrics: number }[]>();
  let collector: OtlpReceiver;
  let secrets: string;
  let door: { url: string; adminToken: string };

  beforeAll(async () => {
    secrets = mkdtempSync(join(tmpdir(), 'onrush-secrets-'));
    ends.push(async () => rmSync(secrets, { recursive: true }));
    execFileSync(process.execPath, [join(DEPLOY, 'make-secrets.mjs'), secrets], { stdio: 'ignore' });
    const services = rendered(...CLUSTER, 'deploy/postgres.env');
    const addresses = await startServers();
    const { migrate, ...rest } = services;
    const once = { env: environment(migrate, addresses) };
    await promisify(execFile)(process.execPath, [MAIN, ...(migrate?.command ?? [])], once);
    // At once: each goes on for some seconds when it is asked to end, as compose says.
    ends.push(() => Promise.all([...nodes.values()].flat().map(({ program }) => program.stop())));
    for (const [name, count] of Object.entries(STAYING)) {
      nodes.set(name, []);
      for (let each = 0; each < count; each++) await startNode(name, rest[name], addresses);
    }
    const ports = (nodes.get('app') ?? []).map(({ program }) => Number(new URL(program.url).port));
    const nginx = await nginxBefore(ports);
    ends.push(() => nginx.stop());
    door = { url: nginx.url, adminToken: secret('admin_token') };
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  const secret = (name: string) => readFileSync(join(secrets, name), 'utf8');

  /** The servers as deploy/ has them, and what their names in the file become here. */
  async function startServers(): Promise<Record<string, string>> {
    collector = await otlpReceiver();
    ends.push(() => collector.stop());
    const postgres = await postgresServer('quick', `${DEPLOY}/postgres/postgresql.conf`);
    ends.push(() => postgres.stop());
    const { host, port, database, user } = await postgres.database();
    const connection = postgres.connect();
    await connection.query(`ALTER USER ${user} PASSWORD '${secret('db_password')}'`);
    await connection.close();
    const redis = await redisAsComposed(secret('redis_password'));
    ends.push(() => redis.stop());
    const kafka = await kafkaServer({ configuration: `${DEPLOY}/kafka/server.properties` });
    ends.push(() => kafka.stop());
    return {
      ...{ DB_HOST: host, DB_PORT: `${port}`, DB_NAME: database, DB_USER: user },
      ...{ REDIS_HOST: '127.0.0.1', REDIS_PORT: `${redis.port}`, KAFKA_BROKERS: kafka.broker },
      ...{ PAYMENT_URL: `http://127.0.0.1:${await freePort()}`, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
      ...{ HOST: '127.0.0.1', METRICS_HOST: '127.0.0.1', TRUSTED_PROXIES: '127.0.0.1' },
    };
  }

  /** All that the file sets, but for addresses. */
  function environment(service: Service | undefined, addresses: Record<string, string>) {
    const set = Object.entries({ NODE_ENV: 'production', ...service?.environment });
    const own = set.map(([name, value]) => [name, (value ?? '').replace('/run/secrets', secrets)]);
    return { ...Object.fromEntries(own), ...addresses } as Record<string, string>;
  }

  async function startNode(name: string, service: Service | undefined, addresses: Record<string, string>) {
    const metrics = await freePort();
    const port = name === 'payment' ? new URL(addresses.PAYMENT_URL ?? '').port : `${await freePort()}`;
    const env = { ...environment(service, addresses), PORT: port, METRICS_PORT: `${metrics}` };
    const program = await startProgram({ env });
    nodes.get(name)?.push({ program, metrics });
  }

  async function buyer(name: string, at: Pick<Program, 'url'> = door): Promise<Client> {
    const signed = new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setSubject(name);
    const token = await signed
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(secret('jwt_secret')));
    return clientOf(at).with({ authorization: `Bearer ${token}` });
  }

  it('sells: the money in one process, the ticket over Kafka, and all in one trace', async () => {
    const ann = await buyer('ann');
    const { eventId, seatIds } = await openSale(organiserOf(door), { rows: 1, seatsInRow: 2 });
    for (const { program } of nodes.get('app') ?? []) {
      const early = await buyer('early', program);
      await heardOfSale({ at: () => early }, eventId);
    }
    const traceparent = { traceparent: `00-${'c9'.repeat(16)}-${'d1'.repeat(8)}-01` };
    const { booking_id, status } = await buy(ann.with(traceparent), 'ann', eventId, seatIds);
    expect(status).toBe('CONFIRMED');
    const tickets = () => ann.get<TicketView[]>(`/api/v1/tickets?booking_id=${booking_id}`);
    await eventually(async () => (await tickets()).body.length, 2);
    const spans = () =>
      collector.spans.filter(({ traceId }) => traceId === traceparent.traceparent.slice(3, 35));
    await eventually(
      () => spans().map(({ name }) => name),
      (names) => ['mock capture', 'ticket takes order.events'].every((name) => names.includes(name)),
    );
  });

  it('has figures of each node at the port that Prometheus asks', async () => {
    for (const { metrics } of [...nodes.values()].flat()) {
      const { statusCode, body } = await request(`http://127.0.0.1:${metrics}/metrics`);
      expect(statusCode).toBe(200);
      expect(await body.text()).toMatch(/^oversell_total 0$/m);
    }
  });

  it('lets nobody in whose token another secret signed', async () => {
    const stranger = clientOf(door).with({
      authorization: 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.x',
    });
    expect((await stranger.get('/api/v1/tickets')).status).toBe(401);
    expect((await clientOf(door).as('ann').get('/api/v1/tickets')).status).toBe(401);
  });
});
