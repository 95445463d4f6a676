import { rmSync } from 'node:fs';
import type { SqlConnection } from '../../../src/adapters/sql/database.ts';
import type { Audit } from '../../../src/proof/verify/audit.ts';
import { DUTIES, type Role } from '../../../src/roles.ts';
import { onServer } from '../../backends/on-servers.ts';
import { freePort } from '../../backends/servers/free-port.ts';
import { type RedisServer, redisServer } from '../../backends/servers/redis.ts';
import { type Client, clientOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { freshFolder, type Program, startInsistently } from '../program.ts';
import { tryHold } from '../sale.ts';
import { SHARED, toRedis, urlOf, verified } from './site.ts';

export const INTERNAL_TOKEN = 'shown-by-roles-of-the-tests-to-each-other';

/** One process with one role; it keeps its port and its folder over restarts. */
export interface Part {
  readonly role: Role;
  readonly url: string;
  readonly program: Program;
  /** With other settings for this once, where some are given. */
  start(other?: Record<string, string>): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** The program in its parts, each a process of its own, on one Redis and one ledger, with nothing before them. */
export interface Parts {
  of(role: Role): Part;
  /** Speaks to the part that has this role. */
  at(role: Role): Client;
  readonly env: Record<string, string>;
  query: SqlConnection['query'];
  verified(): Promise<Audit>;
  /** Starts what a test that failed left dead or otherwise set: the second try begins like the first. */
  recover(): Promise<void>;
  stop(): Promise<void>;
}

/** No seat of any event. */
const NO_SEAT = 9_007_199_254_740_991;

/** Resolves when the reservation has heard that the event is on sale, of which the catalogue told it. */
export async function heardOfSale(parts: Pick<Parts, 'at'>, eventId: number): Promise<void> {
  const refusal = async () =>
    (await tryHold(parts.at('reservation'), 'early', eventId, [NO_SEAT])).text.includes('SEAT');
  await eventually(refusal, true);
}

export async function startParts(roles: readonly Role[], env: Record<string, string> = {}): Promise<Parts> {
  const redis: RedisServer = await redisServer();
  const server = await onServer.postgres.started();
  const database = await server.database();
  const ports = new Map<Role, number>();
  for (const role of roles) ports.set(role, await freePort());
  const shared = {
    ...SHARED,
    ...toRedis(redis.address),
    DATABASE_URL: urlOf('postgres', database),
    INTERNAL_TOKEN,
    // A role is away for as long as its start takes, and its buyers shall find their seats.
    RESERVATION_TIMEOUT_SECONDS: '60',
    MAX_HOLD_TOTAL_SECONDS: '120',
    PAYMENT_DEADLINE_SECONDS: '60',
    PAYMENT_URL: `http://127.0.0.1:${ports.get('payment') ?? DUTIES.payment.port}`,
    ...env,
  };
  const parts = new Map(
    roles.map((role) => [role, partOf(role, { ...shared, ROLES: role, PORT: `${ports.get(role)}` })]),
  );
  const connection = server.connect(database);
  const of = (role: Role): Part => {
    const part = parts.get(role);
    if (!part) throw new Error(`nothing here is the ${role}`);
    return part;
  };
  const stop = async () => {
    await Promise.all([...parts.values()].map((part) => part.end()));
    await connection.close();
    await redis.stop();
  };
  try {
    // A few at a time: a busy machine would give none of them the time to start.
    const waiting = [...parts.values()];
    const lane = async () => {
      for (let part = waiting.shift(); part; part = waiting.shift()) await part.start();
    };
    await Promise.all([lane(), lane()]);
  } catch (error) {
    await stop();
    throw error;
  }
  const at = (role: Role) => clientOf(of(role));
  const recover = async () => {
    for (const part of parts.values()) await part.recover();
  };
  return { of, at, stop, recover, env: shared, query: connection.query, verified: () => verified(shared) };
}

function partOf(
  role: Role,
  env: Record<string, string>,
): Part & { recover(): Promise<void>; end(): Promise<void> } {
  const dataDir = freshFolder();
  let program: Program | undefined;
  let isAsEver = true;
  const start = async (other?: Record<string, string>) => {
    program = await startInsistently({ env: { ...env, ...other }, dataDir });
    isAsEver = other === undefined;
  };
  const stop = async () => {
    const running = program;
    program = undefined;
    await running?.stop();
  };
  return {
    role,
    url: `http://127.0.0.1:${env.PORT}`,
    get program() {
      if (!program) throw new Error(`the ${role} does not run`);
      return program;
    },
    start,
    async kill() {
      const running = program;
      program = undefined;
      await running?.kill();
    },
    async recover() {
      if (!isAsEver) await stop();
      if (!program) await start();
    },
    stop,
    async end() {
      await program?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
