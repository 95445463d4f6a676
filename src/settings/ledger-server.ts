import { addressIn } from './address.ts';
import type { BACK_END_SETTINGS } from './back-ends.ts';
import type { Given } from './kinds.ts';

/** Where the ledger is when it is not a file of ours. */
export interface LedgerServer {
  dialect: 'postgres' | 'mysql';
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

/** The settings that say it. */
type LedgerGiven = Pick<
  Given<typeof BACK_END_SETTINGS>,
  'DATABASE_URL' | 'DB_HOST' | 'DB_PORT' | 'DB_USER' | 'DB_PASSWORD' | 'DB_NAME' | 'DB_DIALECT'
>;

const PORTS = { postgres: 5432, mysql: 3306 } as const;
const DIALECTS: Record<string, LedgerServer['dialect']> = {
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
  'mysql:': 'mysql',
  'mariadb:': 'mysql',
};

/** From DATABASE_URL or the DB_ settings; undefined when neither is given. What is wrong goes to `errors`. */
export function ledgerServer(given: LedgerGiven, errors: string[]): LedgerServer | undefined {
  const parts = (['DB_HOST', 'DB_PORT', 'DB_USER', 'DB_PASSWORD', 'DB_NAME'] as const).filter(
    (name) => given[name] !== undefined,
  );
  if (given.DATABASE_URL !== undefined) {
    if (parts.length > 0) errors.push(`DATABASE_URL and ${parts.join(', ')} are both set; keep one way`);
    return serverAt('DATABASE_URL', given.DATABASE_URL, errors);
  }
  if (parts.length === 0) return undefined;
  const missing = (['DB_HOST', 'DB_USER', 'DB_NAME'] as const).filter((name) => given[name] === undefined);
  if (missing.length > 0) errors.push(`${parts[0]} is set, so ${missing.join(' and ')} must be set, too`);
  const dialect = given.DB_DIALECT;
  return {
    dialect,
    host: given.DB_HOST ?? '',
    port: given.DB_PORT ?? PORTS[dialect],
    user: given.DB_USER ?? '',
    password: given.DB_PASSWORD ?? '',
    database: given.DB_NAME ?? '',
  };
}

/** Reads an address such as postgres://user:password@host:5432/name. `name` is the setting that it stands in. */
export function serverAt(name: string, given: string, errors: string[]): LedgerServer | undefined {
  const address = addressIn(given);
  const dialect = address && DIALECTS[address.protocol];
  if (!dialect || !address.host || !address.user || !address.path) {
    errors.push(
      `${name} must be an address such as postgres://user:password@host:5432/name or mysql://…, with "%" in a part written as %25`,
    );
    return undefined;
  }
  if (address.hasOptions)
    errors.push(`${name} may not have options after the name: there are settings for them`);
  const { host, port = PORTS[dialect], user, password, path } = address;
  return { dialect, host, port, user, password, database: path };
}
