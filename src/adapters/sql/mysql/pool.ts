import { connect, isIP, type Socket } from 'node:net';
import mysql from 'mysql2';
import { Unavailable } from '../../../core/unavailable.ts';
import { limitsOf, type ServerLimits, type ServerOptions } from '../ledger/server-options.ts';
import { explained, isAnswer } from './trouble.ts';

/** One connection: statements in order, each with its answer. What it throws is Unavailable or Conflict. */
export interface Session {
  query<R>(text: string, values?: readonly unknown[]): Promise<R[]>;
  /** Runs one statement, or several parted by semicolons, and returns how many rows the first one found to change. */
  run(text: string, values?: readonly unknown[]): Promise<number>;
}

/** Connections of one purpose. A connection of which nobody knows how it stands is not used again. */
export class MysqlPool {
  readonly #options: ServerOptions;
  readonly #limits: ServerLimits;
  readonly #pool: mysql.Pool;

  constructor(options: ServerOptions, size: number) {
    this.#options = options;
    this.#limits = limitsOf(options);
    this.#pool = mysql.createPool({
      ...clientOptions(options),
      connectionLimit: size,
      queueLimit: this.#limits.waitingLimit,
    });
  }

  /** Lends a connection to `use`. Throws a definite Unavailable when none is to be had. */
  async with<R>(use: (session: Session) => Promise<R>): Promise<R> {
    const connection = await this.#connected();
    const state = { isBroken: false };
    const broken = () => {
      state.isBroken = true;
    };
    connection.on('error', broken);
    try {
      return await use(sessionOf(connection, this.#options, broken));
    } catch (error) {
      // Whatever was begun is taken back before anybody else gets the connection.
      if (!state.isBroken) await sessionOf(connection, this.#options, broken).run('ROLLBACK').catch(broken);
      throw error;
    } finally {
      connection.off('error', broken);
      if (state.isBroken) connection.destroy();
      else connection.release();
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#pool.end(() => resolve());
    });
  }

  /** The driver waits for a connection for ever, so the time is kept here; one that comes too late is given back. */
  #connected(): Promise<mysql.PoolConnection> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const patience = setTimeout(() => {
        isLate = true;
        reject(
          new Unavailable('every connection to the database is in use: it is slow, or the pool is too small'),
        );
      }, this.#limits.connectTimeoutMillis);
      this.#pool.getConnection((error, connection) => {
        clearTimeout(patience);
        if (isLate) connection?.release();
        else if (error) reject(explained(error, this.#options));
        else
          prepare(connection, this.#limits).then(
            () => resolve(connection),
            (reason) => {
              connection.destroy();
              reject(explained(reason, this.#options));
            },
          );
      });
    });
  }
}

/**
 * Not a strict enough word is left to the server's configuration: what does not fit is refused, times are nobody's
 * zone, and rows are read as they are committed (guards look at the row as it is when its lock is had).
 */
const SETTINGS = [
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'",
  "SET SESSION time_zone = '+00:00'",
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  'SET NAMES utf8mb4',
];

const prepared = new WeakSet<object>();

/** Once for each connection, before its first statement. */
async function prepare(pooled: mysql.PoolConnection, limits: ServerLimits): Promise<void> {
  if (prepared.has(pooled)) return;
  const seconds = (millis: number) => Math.max(1, Math.ceil(millis / 1_000));
  const lockWait = `SET SESSION innodb_lock_wait_timeout = ${seconds(limits.lockTimeoutMillis)}`;
  // A process that froze in the middle of a transaction must not keep its rows from all others. MariaDB alone reads this.
  const idle = `/*M!100300 , SESSION idle_transaction_timeout = ${seconds(limits.answerTimeoutMillis)} */`;
  const text = [...SETTINGS, `${lockWait} ${idle}`].join('; ');
  await asked(pooled, text, [], limits.connectTimeoutMillis);
  prepared.add(pooled);
}

export function sessionOf(connection: mysql.Connection, options: ServerOptions, broken: () => void): Session {
  const { answerTimeoutMillis } = limitsOf(options);
  const ask = async (text: string, values: readonly unknown[]) => {
    try {
      return await asked(connection, text, values, answerTimeoutMillis);
    } catch (error) {
      if (!isAnswer(error)) broken();
      throw explained(error, options);
    }
  };
  return {
    query: async <R>(text: string, values: readonly unknown[] = []) => (await ask(text, values)) as R[],
    run: async (text, values = []) => {
      const result = await ask(text, values);
      const first = (Array.isArray(result) ? result[0] : result) as { affectedRows?: number };
      return first?.affectedRows ?? 0;
    },
  };
}

export function asked(
  connection: mysql.Connection,
  sql: string,
  values: readonly unknown[],
  timeout: number,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query({ sql, values: [...values], timeout }, (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
}

export function clientOptions(options: ServerOptions): mysql.ConnectionOptions {
  const { host, port, user, password, database, tls } = options;
  return {
    host,
    port,
    user,
    password,
    database,
    charset: 'utf8mb4',
    connectTimeout: limitsOf(options).connectTimeoutMillis,
    flags: ['-LOCAL_FILES'], // No server may ask for a file of ours.
    multipleStatements: true,
    enableKeepAlive: true,
    ...(tls && {
      ssl: {
        rejectUnauthorized: tls.rejectUnauthorized,
        verifyIdentity: tls.rejectUnauthorized, // Or any certificate of a trusted authority would do.
        ...(tls.ca !== undefined && { ca: tls.ca }),
      },
      ...(isIP(host) !== 0 && { stream: () => socketTo(host, port) }),
    }),
  };
}

/**
 * The driver does not tell TLS the address of the server, which then takes it for `localhost`. A socket's own word for
 * where it leads, which Node notes of names alone, comes before that.
 */
function socketTo(host: string, port: number): Socket {
  return Object.assign(connect({ host, port, keepAlive: true, noDelay: true }), { _host: host });
}
