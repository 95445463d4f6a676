import { randomBytes } from 'node:crypto';

/** What the subject of a bench runs on beside its own process; nothing named is everything embedded. */
export interface BackEnds {
  /** Address of a database of its own: the bench leaves its events there. */
  database?: string;
  /** Address of a Redis of its own. */
  redis?: string;
}

/** Requests of a bench, as a share of the no-op's: goals 1 and 2 of docs/performance.md. */
export interface Goals {
  hold?: number;
  purchase?: number;
}

type Product = 'SQLite' | 'PostgreSQL' | 'MySQL';

export function backEndsName({ database, redis }: BackEnds): string {
  const ledger = ledgerOf(database);
  if (redis !== undefined) return `Redis + ${ledger}`;
  return ledger === 'SQLite' ? 'embedded' : ledger;
}

/** Only the mixes that the goals name have one. */
export function goalsOf({ database, redis }: BackEnds): Goals {
  const ledger = ledgerOf(database);
  if (redis === undefined) return ledger === 'SQLite' ? { hold: 0.75, purchase: 0.65 } : {};
  const purchase = { SQLite: undefined, PostgreSQL: 0.45, MySQL: 0.4 }[ledger];
  return { hold: 0.65, ...(purchase !== undefined && { purchase }) };
}

/** The settings of a server on them. Nodes that share a Redis must be given their keys; this one shares with nobody. */
export function environmentOf({ database, redis }: BackEnds): Record<string, string> {
  return {
    ...(database !== undefined && { DATABASE_URL: database }),
    ...(redis !== undefined && {
      REDIS_URL: redis,
      ADMIN_TOKEN: randomBytes(32).toString('hex'),
      TICKET_KEYS: randomBytes(32).toString('hex'),
      TOKEN_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    }),
  };
}

/** MariaDB is reached as MySQL is. What is no address of a database, the server's own check refuses. */
function ledgerOf(database: string | undefined): Product {
  if (database === undefined) return 'SQLite';
  return /^postgres(ql)?:/.test(database) ? 'PostgreSQL' : 'MySQL';
}
