import { appendFileSync, existsSync } from 'node:fs';
import type { Backend } from './backend.ts';
import { BUSES, type Bus } from './buses.ts';
import { embedded, embeddedInMemory, simulated } from './embedded.ts';
import { mariadb, postgres } from './on-servers.ts';
import { redis, redisOnCluster, redisSimulated } from './redis.ts';
import { opensslAbsent } from './servers/certificates.ts';
import { kafkaAbsent } from './servers/kafka.ts';
import { embeddedShared, SHARED_REDIS, SHARED_SIMULATED, type Shared } from './shared.ts';
import { SQL_LEDGERS, type SqlLedger } from './sql-ledgers.ts';
import { TOOL_COMPONENTS } from './tools.ts';

/** Every back end there is. A new one is added here and every suite runs on it. */
export const BACKENDS: readonly Backend[] = [
  ...[embedded, embeddedInMemory, postgres, mariadb],
  ...[redis, redisOnCluster, redisSimulated, simulated],
];

export const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
export const NGINX = process.env.NGINX_PATH ?? '/usr/sbin/nginx';

/** What some suites need and is not a back end; named in BACKENDS like one. */
const COMPONENTS: readonly Pick<Backend, 'name' | 'absent'>[] = [
  {
    name: 'chromium',
    absent: () => (existsSync(CHROMIUM) ? undefined : `no browser at ${CHROMIUM}: set CHROMIUM_PATH`),
  },
  {
    name: 'nginx',
    absent: () => (existsSync(NGINX) ? undefined : `no nginx at ${NGINX}: set NGINX_PATH`),
  },
  ...SHARED_REDIS,
  { name: 'kafka', absent: kafkaAbsent },
  { name: 'openssl', absent: opensslAbsent },
];

/** The back ends that are here. Throws when BACKENDS names one that is absent, or that nobody knows. */
export function presentBackends(): Backend[] {
  const named = namesWanted();
  return BACKENDS.filter((backend) => isPresent(backend, named));
}

/** What nodes can share that is here, with the same promise about BACKENDS. */
export function presentShared(): Shared[] {
  const named = namesWanted();
  return [embeddedShared, SHARED_SIMULATED, ...SHARED_REDIS.filter((shared) => isPresent(shared, named))];
}

/** What carries messages that is here, with the same promise about BACKENDS. */
export function presentBuses(): Bus[] {
  const named = namesWanted();
  return BUSES.filter((bus) => !bus.manyNodes || isPresent(bus, named));
}

/** SQL ledgers by themselves, with the same promise about BACKENDS. */
export function presentLedgers(): SqlLedger[] {
  const named = namesWanted();
  return SQL_LEDGERS.filter((ledger) => !ledger.manyNodes || isPresent(ledger, named));
}

/** Whether a back end or a component is here, with the same promise about BACKENDS. */
export function componentPresent(name: string): boolean {
  const component = [...BACKENDS, ...COMPONENTS, ...TOOL_COMPONENTS].find((each) => each.name === name);
  if (!component) throw new Error(`no component is called ${name}`);
  return isPresent(component, namesWanted());
}

/** Everything that is demanded to be here: a comma list, `all` back ends, all `tools`. */
function namesWanted(): ReadonlySet<string> {
  const known = [...BACKENDS, ...COMPONENTS].map(({ name }) => name);
  const listed = (process.env.BACKENDS ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const tools = TOOL_COMPONENTS.map(({ name }) => name);
  const unknown = listed.filter((name) => ![...known, ...tools, 'all', 'tools'].includes(name));
  if (unknown.length > 0)
    throw new Error(`BACKENDS names ${unknown.join(', ')}; known are ${known.join(', ')}`);
  const wanted = listed.flatMap((name) => (name === 'all' ? known : name === 'tools' ? tools : [name]));
  return new Set(wanted);
}

function isPresent({ name, absent }: Pick<Backend, 'name' | 'absent'>, wanted: ReadonlySet<string>): boolean {
  const reason = absent();
  report(name, reason);
  if (reason !== undefined && wanted.has(name)) throw new Error(`${name} is demanded by BACKENDS: ${reason}`);
  return reason === undefined;
}

/** One line per back end and test file; scripts/test.mjs sums them up. */
function report(name: string, reason: string | undefined): void {
  const file = process.env.ONRUSH_BACKENDS_REPORT;
  if (!file) return;
  const present = reason === undefined;
  appendFileSync(file, `${JSON.stringify({ name, present, ...(!present && { reason }) })}\n`);
}
