/** How to reach a SQL server, and how patient to be with it. */
export interface ServerOptions {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Undefined speaks plainly, which suits a loopback or a private network. */
  tls?: { ca?: string; rejectUnauthorized: boolean; serverName?: string };
  /** Connections in all. Two fifths of them, at least two, are kept for writing, so that no crowd of readers delays a commit. */
  poolSize?: number;
  /** To connect, or to get a connection that is in use. */
  connectTimeoutMillis?: number;
  /** For the server to do one statement. */
  statementTimeoutMillis?: number;
}

export interface ServerLimits {
  readers: number;
  writers: number;
  connectTimeoutMillis: number;
  statementTimeoutMillis: number;
  /** For the answer to come back: longer than the server itself may take. */
  answerTimeoutMillis: number;
  /** For a row or a key that another transaction has. */
  lockTimeoutMillis: number;
  /** Calls that may wait for a connection; past it they are refused. */
  waitingLimit: number;
}

export function limitsOf(options: ServerOptions): ServerLimits {
  const { poolSize = 10, connectTimeoutMillis = 5_000, statementTimeoutMillis = 10_000 } = options;
  const writers = Math.max(2, Math.floor(poolSize * 0.4));
  return {
    readers: Math.max(1, poolSize - writers),
    writers,
    connectTimeoutMillis,
    statementTimeoutMillis,
    answerTimeoutMillis: statementTimeoutMillis + 5_000,
    lockTimeoutMillis: Math.min(5_000, statementTimeoutMillis),
    waitingLimit: 10_000,
  };
}
