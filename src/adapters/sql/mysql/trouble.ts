import { Conflict } from '../../../core/conflict.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import { UnfitRow } from '../commits/unfit-row.ts';
import { networkTrouble } from '../ledger/network-trouble.ts';
import type { ServerOptions } from '../ledger/server-options.ts';

type Place = Pick<ServerOptions, 'host' | 'port' | 'user' | 'database' | 'tls'>;

const SENTENCES: Readonly<Record<number, (place: Place) => string>> = {
  // To whom it does not let in without TLS, MariaDB says no more than that.
  1045: ({ user, host, tls }) =>
    `the server at ${host} refused ${user} or the password: correct the user or password in DATABASE_URL${tls ? '' : ', or set DATABASE_TLS=verify if it wants TLS'}`,
  3159: ({ host }) => `${host} lets nobody in without TLS: set DATABASE_TLS=verify`,
  1698: ({ user, host }) =>
    `the server at ${host} lets ${user} in without a password only from its own machine: use another user`,
  1044: ({ user, database }) =>
    `${user} may not use ${database}: grant it (GRANT ALL ON ${database}.* TO '${user}'), or correct DATABASE_URL`,
  1142: ({ user, database }) =>
    `${user} may not do this in ${database}: grant it (GRANT ALL ON ${database}.* TO '${user}')`,
  1049: ({ database, host }) =>
    `${host} has no database ${database}: create it (CREATE DATABASE ${database}), or correct DATABASE_URL`,
  1040: () =>
    'the server has no connection left: raise its max_connections, or lower the pool size of each node',
  1203: () =>
    'the user has no connection left: raise max_user_connections, or lower the pool size of each node',
  1021: () => 'the disk of the database is full: free some space; nothing that was acknowledged is lost',
  1114: () => 'the disk of the database is full: free some space; nothing that was acknowledged is lost',
  1290: ({ host }) => `${host} takes no writes: it is a replica, so name the primary in DATABASE_URL`,
  1792: ({ host }) => `${host} takes no writes: it is a replica, so name the primary in DATABASE_URL`,
  1836: ({ host }) => `${host} takes no writes: it is a replica, so name the primary in DATABASE_URL`,
  1146: () => 'a table is missing: run `onrush migrate`',
  1054: () => 'a column is missing: run `onrush migrate`',
  1053: () => 'the database server is stopping',
  1205: () => 'a row was in use for too long',
};

/** A key that is taken, a key made NULL by a guard, or (in a change of the tables) something that is there, or gone, already. */
const CONFLICTS = new Set([1062, 1048, 1050, 1060, 1061, 1091]);
/** A number outside its column's range, a text in no character set, or one longer than its column. */
const UNFIT = new Set([1264, 1366, 1406]);
/** What a storage engine, a log or a replication plugin may say of a COMMIT. */
const OF_COMMIT = new Set([1026, 1030, 1180, 1181, 3100, 3101]);
const PASSING = new Set([1213, 1205]);

/** Whether the server broke a transaction off so that another could go on: tried again, it may go well. */
export function isPassing(error: unknown): boolean {
  return error instanceof Unavailable && !error.indefinite && PASSING.has(numberOf(error.cause));
}

/**
 * What a failed commit means. When the server refused a statement before it, its transaction is undone; a connection
 * that broke says nothing, and neither does an error of the commit itself.
 */
export function afterCommit(error: Unavailable): Unavailable {
  const saidNo = isAnswer(error.cause) && !OF_COMMIT.has(numberOf(error.cause));
  return saidNo ? error : new Unavailable(error.message, { indefinite: true, cause: error.cause });
}

/** Whether the server itself answered, and not the connection: then the session goes on. */
export function isAnswer(error: unknown): boolean {
  return numberOf(error) > 0 && (error as { fatal?: unknown }).fatal !== true;
}

/** In one sentence, with the remedy; the driver's own words are the cause. */
export function explained(error: unknown, place: Place): Unavailable {
  const message = error instanceof Error ? error.message : String(error);
  if (CONFLICTS.has(numberOf(error)))
    return new Conflict(`the database refused a row: ${message}`, { cause: error });
  if (UNFIT.has(numberOf(error)))
    return new UnfitRow(`the database takes no such row: ${message}`, { cause: error });
  const sentence =
    SENTENCES[numberOf(error)]?.(place) ??
    networkTrouble(error, place) ??
    ofDriver(error, message) ??
    `the database: ${message}`;
  return new Unavailable(sentence, { cause: error });
}

function ofDriver(error: unknown, message: string): string | undefined {
  const { code } = error as { code?: unknown };
  if (code === 'PROTOCOL_SEQUENCE_TIMEOUT') return 'the database did not answer in time';
  if (code === 'PROTOCOL_CONNECTION_LOST' || /closed state|closed connection/.test(message))
    return 'the connection to the database broke';
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT' || /does not support secure connection/.test(message))
    return 'the database speaks no TLS: turn it on there, or set DATABASE_TLS=off';
  return undefined;
}

function numberOf(error: unknown): number {
  const { errno } = (error ?? {}) as { errno?: unknown };
  return typeof errno === 'number' ? errno : 0;
}
