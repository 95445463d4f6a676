import { Conflict } from '../../../core/conflict.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import { UnfitRow } from '../commits/unfit-row.ts';
import { networkTrouble } from '../ledger/network-trouble.ts';
import type { ServerOptions } from '../ledger/server-options.ts';
import { REFUSED_BY_GUARD } from './batch-statement.ts';

type Place = Pick<ServerOptions, 'host' | 'port' | 'user' | 'database'>;

const SENTENCES: Readonly<Record<string, (place: Place) => string>> = {
  '28P01': wrongPassword,
  '28000': ({ user, host }) =>
    `PostgreSQL does not let ${user} in from here: allow it in pg_hba.conf of ${host}, or correct DATABASE_URL`,
  '3D000': ({ database, host }) =>
    `${host} has no database ${database}: create it (CREATE DATABASE ${database}), or correct DATABASE_URL`,
  '53300': () =>
    'PostgreSQL has no connection left: raise its max_connections, or lower the pool size of each node',
  '53100': () => 'the disk of PostgreSQL is full: free some space; nothing that was acknowledged is lost',
  '25006': ({ host }) => `${host} takes no writes: it is a standby, so name the primary in DATABASE_URL`,
  '42501': ({ user, database }) =>
    `${user} may not do this in ${database}: grant it the rights to create and change tables`,
  '42P01': () => 'a table is missing: run `onrush migrate`',
  '42703': () => 'a column is missing: run `onrush migrate`',
  '57P03': () => 'PostgreSQL is starting or stopping',
  '55P03': () => 'a row was in use for too long',
  '57014': () => 'PostgreSQL took too long over a statement',
};

function wrongPassword({ user, host }: Place): string {
  return `PostgreSQL at ${host} refused the password of ${user}: correct the user or password in DATABASE_URL`;
}

const CONFLICTS = new Set(['23505', REFUSED_BY_GUARD]);
/** The class of what is wrong with data. */
const UNFIT = '22';
const PASSING = new Set(['40P01', '40001']);

/**
 * Whether the server broke a transaction off so that another could go on, or a statement because of what it had been
 * prepared for: tried again, it may go well.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Unavailable) || error.indefinite) return false;
  return PASSING.has(codeOf(error.cause)) || isOutdated(error.cause);
}

/** Whether a table has got another column since the statement was prepared. The server's words would depend on its language. */
export function isOutdated(error: unknown): boolean {
  return (error as { routine?: unknown } | undefined)?.routine === 'RevalidateCachedQuery';
}

/** In one sentence, with the remedy; the driver's own words are the cause. */
export function explained(error: unknown, place: Place): Unavailable {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (CONFLICTS.has(code)) return new Conflict(`PostgreSQL refused a row: ${message}`, { cause: error });
  if (code.startsWith(UNFIT))
    return new UnfitRow(`PostgreSQL takes no such row: ${message}`, { cause: error });
  const sentence =
    unsecured(message, place) ??
    SENTENCES[code]?.(place) ??
    networkTrouble(error, place) ??
    ofDriver(message, place) ??
    `PostgreSQL: ${message}`;
  return new Unavailable(sentence, { cause: error });
}

/**
 * What a failed commit means. When the server itself said no, its transaction is undone; a connection that broke, or
 * that the server broke off, says nothing.
 */
export function afterCommit(error: Unavailable): Unavailable {
  const saidNo = (error.cause as { severity?: unknown } | undefined)?.severity === 'ERROR';
  return saidNo ? error : new Unavailable(error.message, { indefinite: true, cause: error.cause });
}

/** Told apart from other refusals by the server's words alone; they name the rule that was looked for. */
function unsecured(message: string, { user, host }: Place): string | undefined {
  if (!/no pg_hba\.conf entry .*no encryption/.test(message)) return undefined;
  return `PostgreSQL does not let ${user} in without TLS: set DATABASE_TLS=verify, or allow it in pg_hba.conf of ${host}`;
}

/** What the driver itself finds has no code. */
function ofDriver(message: string, place: Place): string | undefined {
  if (/timeout exceeded when trying to connect/.test(message))
    return 'every connection to PostgreSQL is in use: it is slow, or the pool is too small';
  if (/connection timeout/.test(message))
    return `${place.host}:${place.port} did not answer in time: check DATABASE_URL and firewalls`;
  if (/read timeout/.test(message)) return 'PostgreSQL did not answer in time';
  if (/does not support SSL/.test(message))
    return 'PostgreSQL speaks no TLS: turn it on there (ssl = on), or set DATABASE_TLS=off';
  if (/password must be a string|no password/.test(message)) return wrongPassword(place);
  if (/terminated|not queryable/.test(message)) return 'the connection to PostgreSQL broke';
  return undefined;
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown })?.code ?? '');
}
