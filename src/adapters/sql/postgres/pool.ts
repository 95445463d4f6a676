import pg from 'pg';
import { Unavailable } from '../../../core/unavailable.ts';
import { limitsOf, type ServerLimits, type ServerOptions } from '../ledger/server-options.ts';
import { explained, isOutdated } from './trouble.ts';

/** One connection: statements in order, each with its answer. What it throws is Unavailable or Conflict. */
export interface Session {
  run<R>(text: string, values?: readonly unknown[]): Promise<{ rows: R[]; changed: number }>;
}

/** Statements that are kept prepared on each connection; rarer ones are parsed each time. */
const PREPARED_LIMIT = 300;

/**
 * A plan is kept for as long as the server's statistics stay as they are: one that read a whole table, made while it had a
 * few rows, would still do so when a rush has filled it. What no index fits is read as a whole all the same, and then
 * looks so dear that it would be compiled first, which takes longer than the reading.
 */
const ALWAYS_BY_INDEX = '-c enable_seqscan=off -c jit=off';

const INT8 = 20;
const NUMERIC = 1700;

/** Connections of one purpose. A connection of which nobody knows how it stands is not used again. */
export class PostgresPool {
  readonly #options: ServerOptions;
  readonly #limits: ServerLimits;
  readonly #pool: pg.Pool;
  readonly #names = new Map<string, string>();
  /** How often all statements were prepared anew. */
  #preparations = 0;

  constructor(options: ServerOptions, size: number) {
    this.#options = options;
    this.#limits = limitsOf(options);
    this.#pool = new pg.Pool({ ...clientOptions(options), max: size, idleTimeoutMillis: 60_000 });
    this.#pool.on('error', () => undefined); // An idle connection broke: the next call opens another.
  }

  /** Lends a connection to `use`. Throws a definite Unavailable when none is to be had. */
  async with<R>(use: (session: Session) => Promise<R>): Promise<R> {
    const client = await this.#connected();
    const state = { isBroken: false };
    const broken = () => {
      state.isBroken = true;
    };
    client.on('error', broken);
    try {
      return await use(this.#sessionOf(client, broken));
    } finally {
      client.off('error', broken);
      client.release(state.isBroken || client.getTransactionStatus() !== 'I');
    }
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #connected(): Promise<pg.PoolClient> {
    if (this.#pool.waitingCount >= this.#limits.waitingLimit)
      throw new Unavailable('too many calls are waiting for PostgreSQL');
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw explained(error, this.#options);
    }
  }

  /** After the server said no it is ready for the next statement; after anything else nobody knows. */
  #sessionOf(client: pg.PoolClient, broken: () => void): Session {
    return {
      run: async (text, values = []) => {
        const name = values.length > 0 ? this.#nameOf(text) : undefined;
        try {
          const result = await client.query({ text, values: [...values], ...(name && { name }) });
          return { rows: result.rows, changed: result.rowCount ?? 0 };
        } catch (error) {
          if (!(error instanceof pg.DatabaseError)) broken();
          if (isOutdated(error)) this.#prepareAnew();
          throw explained(error, this.#options);
        }
      },
    };
  }

  #nameOf(text: string): string | undefined {
    let name = this.#names.get(text);
    if (!name && this.#names.size < PREPARED_LIMIT) {
      name = `s${this.#preparations} ${this.#names.size}`;
      this.#names.set(text, name);
    }
    return name;
  }

  /** A newer program has changed the tables: under new names, every connection prepares its statements again. */
  #prepareAnew(): void {
    this.#preparations++;
    this.#names.clear();
  }
}

export function clientOptions(options: ServerOptions): pg.ClientConfig {
  const { host, port, user, password, database, tls } = options;
  const limits = limitsOf(options);
  return {
    host,
    port,
    user,
    password,
    database,
    application_name: 'onrush',
    connectionTimeoutMillis: limits.connectTimeoutMillis,
    statement_timeout: limits.statementTimeoutMillis,
    lock_timeout: limits.lockTimeoutMillis,
    query_timeout: limits.answerTimeoutMillis,
    // A node that froze in the middle of a transaction must not keep its rows from the others.
    idle_in_transaction_session_timeout: limits.answerTimeoutMillis,
    keepAlive: true,
    options: ALWAYS_BY_INDEX,
    ssl: tls && {
      rejectUnauthorized: tls.rejectUnauthorized,
      ...(tls.ca !== undefined && { ca: tls.ca }),
      ...(tls.serverName !== undefined && { servername: tls.serverName }),
    },
    // Our whole numbers are safe integers, so the driver need not hand them out as text.
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format as 'text'),
    },
  };
}
