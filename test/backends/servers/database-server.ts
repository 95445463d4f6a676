import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { SqlConnection } from '../../../src/adapters/sql/database.ts';
import type { ServerOptions } from '../../../src/adapters/sql/ledger/server-options.ts';
import { mysqlConnection } from '../../../src/adapters/sql/mysql/connection.ts';
import { postgresConnection } from '../../../src/adapters/sql/postgres/connection.ts';
import { killed } from './killed.ts';

const START_MILLIS = 120_000;

/** A database server of its own, on a free loopback port, in a temporary folder. */
export interface DatabaseServer {
  readonly name: 'postgres' | 'mariadb';
  /** To the database that each server begins with. */
  readonly options: ServerOptions;
  connect(options?: Partial<ServerOptions>): SqlConnection;
  /** Makes an empty database and says how to reach it. */
  database(): Promise<ServerOptions>;
  /** Ends it at once, as a crash does, and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again on its data. */
  start(): Promise<void>;
  /** The same, where a test that failed left it dead. */
  recover(): Promise<void>;
  /** Ends it, and removes its folder. */
  stop(): Promise<void>;
}

/** In what the two kinds of server differ. */
export interface Product {
  readonly name: DatabaseServer['name'];
  /** The system's user that it runs as where the tests run as root, which such servers refuse. */
  readonly systemUser: string;
  readonly password: string;
  /** When it lets nobody in without TLS. */
  readonly tls?: NonNullable<ServerOptions['tls']>;
  /** Programs and arguments that fill the folder, one after the other. */
  prepare(folder: string): readonly (readonly [string, ...string[]])[];
  serve(folder: string, port: number): readonly [string, ...string[]];
  /** Ends it at once; the signal a crash comes nearest to. */
  readonly crash: NodeJS.Signals;
}

const CONNECT = {
  postgres: (options: ServerOptions) => postgresConnection(options),
  mariadb: (options: ServerOptions) => mysqlConnection(options, 'MariaDB'),
};

export async function databaseServer(product: Product, port: number): Promise<DatabaseServer> {
  const folder = mkdtempSync(join(tmpdir(), `onrush-${product.name}-`));
  const owner = ownerOf(product.systemUser);
  if (owner) chownSync(folder, owner.uid, owner.gid);
  chmodSync(folder, 0o700);
  for (const [program, ...words] of product.prepare(folder)) {
    await promisify(execFile)(program, words, { cwd: folder, ...owner, timeout: START_MILLIS });
  }
  let child: ChildProcess | undefined;
  const endWithUs = () => void child?.kill(product.crash);
  process.once('exit', endWithUs);
  const options = optionsOf(product, port);
  const connect = (more: Partial<ServerOptions> = {}) => CONNECT[product.name]({ ...options, ...more });
  const kill = async () => {
    const running = child;
    child = undefined;
    await killed(running, product.crash);
  };
  const start = async () => {
    const [program, ...words] = product.serve(folder, port);
    const started = spawn(program, words, { cwd: folder, stdio: 'ignore', ...owner });
    child = started;
    await answering(connect, started);
  };
  await start();
  let databases = 0;
  return {
    name: product.name,
    options,
    connect,
    kill,
    start,
    recover: async () => (child ? undefined : start()),
    async database() {
      const database = `onrush${++databases}`;
      const patient = () => connect({ statementTimeoutMillis: START_MILLIS });
      await withConnection(patient, (connection) => connection.query(`CREATE DATABASE ${database}`));
      return { ...options, database };
    },
    async stop() {
      await kill();
      process.removeListener('exit', endWithUs);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function optionsOf({ name, password, tls }: Product, port: number): ServerOptions {
  const database = name === 'postgres' ? 'postgres' : 'mysql';
  return { host: '127.0.0.1', port, user: 'onrush', password, database, poolSize: 6, ...(tls && { tls }) };
}

async function withConnection<R>(
  connect: DatabaseServer['connect'],
  use: (connection: SqlConnection) => Promise<R>,
): Promise<R> {
  const connection = connect();
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

async function answering(connect: DatabaseServer['connect'], child: ChildProcess): Promise<void> {
  const end = performance.now() + START_MILLIS;
  for (;;) {
    try {
      await withConnection(connect, (connection) => connection.query('SELECT 1 AS one'));
      return;
    } catch (error) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
      if (performance.now() > end) throw error;
      await delay(50);
    }
  }
}

/** Undefined where the tests do not run as root. */
function ownerOf(user: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entry = passwordEntry(user);
  if (!entry) throw new Error(`there is no user ${user} for the server to run as`);
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

/** Why the server cannot be run: root may not, and there is nobody else. */
export function nobodyToRunAs(user: string): string | undefined {
  const isRoot = process.getuid?.() === 0;
  return isRoot && !passwordEntry(user) ? `root may not run it, and there is no user ${user}` : undefined;
}

function passwordEntry(user: string): string[] | undefined {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  return lines.find((line) => line.startsWith(`${user}:`))?.split(':');
}
