import { createHash } from 'node:crypto';
import { Conflict } from '../../core/conflict.ts';
import { Unavailable } from '../../core/unavailable.ts';
import type { SqlConnection, Transaction } from './database.ts';
import type { SchemaWords } from './dialect.ts';
import { sale } from './migrations/0001-sale.ts';
import { servers } from './migrations/0002-servers.ts';
import { money } from './migrations/0003-money.ts';
import { requestQueue } from './migrations/0004-request-queue.ts';
import { holdBlock } from './migrations/0005-hold-block.ts';
import { tickets } from './migrations/0006-tickets.ts';
import { waitingRoom } from './migrations/0007-waiting-room.ts';
import { seatRows } from './migrations/0008-seat-rows.ts';
import { requestRows } from './migrations/0009-request-rows.ts';
import { roomFence } from './migrations/0010-room-fence.ts';
import { bus } from './migrations/0011-bus.ts';
import { accounts } from './migrations/0012-accounts.ts';
import { series } from './migrations/0013-series.ts';
import { waitlist } from './migrations/0014-waitlist.ts';
import { ordersOfEvents } from './migrations/0015-orders.ts';
import { sessionNames } from './migrations/0016-session-names.ts';
import { orderTrace } from './migrations/0017-order-trace.ts';
import { cursorMove } from './migrations/0018-cursor-move.ts';
import { openRequests } from './migrations/0019-open-requests.ts';
import { liveEntries } from './migrations/0020-live-entries.ts';
import { inboxByMessage } from './migrations/0021-inbox-by-message.ts';
import { liveClaims } from './migrations/0022-live-claims.ts';
import { REACH_TABLE, recordedReach, recordReach, servedBy } from './schema-reach.ts';

/** In the order in which they are applied; their place in the list is the version they lead to. Only ever appended. */
const MIGRATIONS: readonly ((words: SchemaWords) => readonly string[])[] = [
  sale,
  servers,
  money,
  requestQueue,
  holdBlock,
  tickets,
  waitingRoom,
  seatRows,
  requestRows,
  roomFence,
  bus,
  accounts,
  series,
  ordersOfEvents,
  sessionNames,
  orderTrace,
  waitlist,
  cursorMove,
  openRequests,
  liveEntries,
  inboxByMessage,
  liveClaims,
];

/** The version that this program knows. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Every statement that makes the tables of this version, for a ledger that begins empty and is nobody else's. */
export function everyStatement(words: SchemaWords): readonly string[] {
  return MIGRATIONS.flatMap((migration) => migration(words));
}

/** A node that changes the tables may take its time; another that starts meanwhile waits for it. */
const PATIENCE_MILLIS = 60_000;

interface Step {
  version: number;
  step: number;
  checksum: string;
}

/**
 * Brings the ledger to this program's version, one node at a time, and says from which version to which; tables that a newer
 * program has only added to stay as they are. Begun and broken off, it goes on where it was. Throws Unavailable with the
 * remedy when the ledger is beyond this program, or was made by another.
 */
export async function migrate(connection: SqlConnection): Promise<{ from: number; to: number }> {
  const lock = await connection.lock('migrate', { waitMillis: PATIENCE_MILLIS });
  if (!lock) {
    throw new Unavailable('another node has been changing the tables for a minute: wait for it, or stop it');
  }
  try {
    await connection.transaction(async (transaction) => {
      for (const statement of bookkeeping(connection.dialect.schema)) await transaction.change(statement);
    });
    const from = await schemaVersion(connection);
    await check(connection);
    for (let version = from + 1; version <= SCHEMA_VERSION; version++) await apply(connection, version);
    return { from, to: Math.max(from, SCHEMA_VERSION) };
  } finally {
    await lock.release();
  }
}

/**
 * The version of the ledger's tables; 0 when there are none, and more than this program's where a newer one has only added
 * to them. Throws Unavailable when they are beyond this program.
 */
export async function schemaVersion(connection: SqlConnection): Promise<number> {
  const [row] = await connection.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM schema_version',
  );
  const version = row?.version ?? 0;
  if (version <= SCHEMA_VERSION || (await recordedReach(connection, version)) <= SCHEMA_VERSION)
    return version;
  throw new Unavailable(
    `the data is of version ${version}, newer than this program, which knows ${SCHEMA_VERSION}: start the newer program, or another ${connection.dialect.setting}`,
  );
}

function bookkeeping(words: SchemaWords): string[] {
  const { tableEnd, name } = words;
  return [
    REACH_TABLE(words),
    `CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)${tableEnd}`,
    `CREATE TABLE IF NOT EXISTS schema_step (
      version BIGINT NOT NULL,
      step BIGINT NOT NULL,
      checksum ${name} NOT NULL,
      PRIMARY KEY (version, step)
    )${tableEnd}`,
  ];
}

function stepsTo(version: number, words: SchemaWords): { statement: string; checksum: string }[] {
  const statements = MIGRATIONS[version - 1]?.(words) ?? [];
  return statements.map((statement) => ({ statement, checksum: checksumOf(statement) }));
}

function checksumOf(statement: string): string {
  return createHash('sha256').update(statement.replace(/\s+/g, ' ')).digest('hex').slice(0, 16);
}

/** What is recorded must be what this program would do. Ledgers older than the records have none. */
async function check(connection: SqlConnection): Promise<void> {
  for (const { version, step, checksum } of await recordedSteps(connection)) {
    if (version > SCHEMA_VERSION) continue;
    if (stepsTo(version, connection.dialect.schema)[step]?.checksum === checksum) continue;
    throw new Unavailable(
      `the tables were made by another program (version ${version}, step ${step}): start that program, or another ${connection.dialect.setting}`,
    );
  }
}

function recordedSteps(connection: SqlConnection): Promise<Step[]> {
  return connection.query<Step>('SELECT version, step, checksum FROM schema_step ORDER BY version, step');
}

async function apply(connection: SqlConnection, version: number): Promise<void> {
  const { schema } = connection.dialect;
  const steps = stepsTo(version, schema).map((each, step) => ({ ...each, version, step }));
  const statementsTo = (to: number) => MIGRATIONS[to - 1]?.(schema) ?? [];
  const arrival = { version, serves: servedBy(version, statementsTo) };
  if (schema.isTransactional) {
    await connection.transaction(async (transaction) => {
      for (const each of steps) await take(transaction, each);
      await arrive(transaction, arrival);
    });
    return;
  }
  const recorded = await recordedSteps(connection);
  for (const each of steps) {
    if (recorded.some(({ version: to, step }) => to === version && step === each.step)) continue;
    await connection.transaction((transaction) => takeAgain(transaction, each));
  }
  await connection.transaction((transaction) => arrive(transaction, arrival));
}

async function take(transaction: Transaction, { statement, ...step }: Step & { statement: string }) {
  await transaction.change(statement);
  await record(transaction, step);
}

/** The step may have been taken and not recorded: then the server says that it is there already. */
async function takeAgain(transaction: Transaction, { statement, ...step }: Step & { statement: string }) {
  try {
    await transaction.change(statement);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
  await record(transaction, step);
}

async function record(transaction: Transaction, { version, step, checksum }: Step): Promise<void> {
  const row = [version, step, checksum];
  await transaction.change('INSERT INTO schema_step (version, step, checksum) VALUES (?, ?, ?)', row);
}

async function arrive(
  transaction: Transaction,
  { version, serves }: { version: number; serves: number },
): Promise<void> {
  await recordReach(transaction, version, serves);
  await transaction.change('INSERT INTO schema_version (version) VALUES (?)', [version]);
}
