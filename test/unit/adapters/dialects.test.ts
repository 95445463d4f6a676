import { describe, expect, it } from 'vitest';
import { mysqlDialect } from '../../../src/adapters/sql/mysql/dialect.ts';
import { postgresDialect } from '../../../src/adapters/sql/postgres/dialect.ts';
import { sqliteDialect } from '../../../src/adapters/sql/sqlite/dialect.ts';
import type { Upsert, WriteKind } from '../../../src/adapters/sql/write-kind.ts';

const DIALECTS = { SQLite: sqliteDialect, PostgreSQL: postgresDialect, MySQL: mysqlDialect('MySQL') };

const UPSERT: Upsert = {
  write: 'upsert',
  table: 'orders',
  columns: { order_id: 'int', state: 'text', revision: 'int' },
  key: ['order_id'],
  update: { revision: 'replace', state: 'replace' },
};

const INSERTS = 'INSERT INTO orders (order_id, state, revision)';
const SQLITE_ROW = `${INSERTS} VALUES (?, ?, ?)`;
const POSTGRES_ROWS = `${INSERTS} SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[])`;
const MYSQL_ROWS = `${INSERTS} VALUES :rows`;
const ON_CONFLICT = 'ON CONFLICT (order_id) DO';
const ON_DUPLICATE = 'ON DUPLICATE KEY UPDATE';

const CASES: readonly { what: string; kind: WriteKind; is: Record<keyof typeof DIALECTS, string> }[] = [
  {
    what: 'an insert',
    kind: { write: 'insert', table: 'orders', columns: UPSERT.columns },
    is: { SQLite: SQLITE_ROW, PostgreSQL: POSTGRES_ROWS, MySQL: MYSQL_ROWS },
  },
  {
    what: 'an upsert that replaces',
    kind: UPSERT,
    is: {
      SQLite: `${SQLITE_ROW} ${ON_CONFLICT} UPDATE SET revision = excluded.revision, state = excluded.state`,
      PostgreSQL: `${POSTGRES_ROWS} ${ON_CONFLICT} UPDATE SET revision = excluded.revision, state = excluded.state`,
      MySQL: `${MYSQL_ROWS} ${ON_DUPLICATE} revision = IF(order_id = VALUES(order_id), VALUES(revision), revision), state = IF(order_id = VALUES(order_id), VALUES(state), state)`,
    },
  },
  {
    what: 'an upsert that keeps what is there',
    kind: { ...UPSERT, update: {} },
    is: {
      SQLite: `${SQLITE_ROW} ${ON_CONFLICT} NOTHING`,
      PostgreSQL: `${POSTGRES_ROWS} ${ON_CONFLICT} NOTHING`,
      MySQL: `${MYSQL_ROWS} ${ON_DUPLICATE} order_id = order_id`,
    },
  },
  {
    what: 'an upsert that adds and one that keeps the maximum',
    kind: { ...UPSERT, update: { state: 'add', revision: 'maximum' } },
    is: {
      SQLite: `${SQLITE_ROW} ${ON_CONFLICT} UPDATE SET state = orders.state + excluded.state, revision = max(orders.revision, excluded.revision)`,
      PostgreSQL: `${POSTGRES_ROWS} ${ON_CONFLICT} UPDATE SET state = orders.state + excluded.state, revision = greatest(orders.revision, excluded.revision)`,
      MySQL: `${MYSQL_ROWS} ${ON_DUPLICATE} state = IF(order_id = VALUES(order_id), state + VALUES(state), state), revision = IF(order_id = VALUES(order_id), GREATEST(revision, VALUES(revision)), revision)`,
    },
  },
  {
    what: 'a guarded upsert; MySQL assigns the guard’s column last',
    kind: { ...UPSERT, guard: { revision: 'grows' } },
    is: {
      SQLite: `${SQLITE_ROW} ${ON_CONFLICT} UPDATE SET revision = excluded.revision, state = excluded.state WHERE orders.revision < excluded.revision`,
      PostgreSQL: `${POSTGRES_ROWS} ${ON_CONFLICT} UPDATE SET revision = excluded.revision, state = excluded.state WHERE orders.revision < excluded.revision`,
      MySQL: `${MYSQL_ROWS} ${ON_DUPLICATE} state = IF(order_id = VALUES(order_id) AND revision < VALUES(revision), VALUES(state), state), revision = IF(order_id = VALUES(order_id) AND revision < VALUES(revision), VALUES(revision), revision)`,
    },
  },
  {
    what: 'a guarded upsert that must apply; in MySQL a key that would be NULL fails it',
    kind: {
      ...UPSERT,
      guard: { revision: 'same', state: 'null' },
      update: { state: 'replace' },
      mustApply: true,
    },
    is: {
      SQLite: `${SQLITE_ROW} ${ON_CONFLICT} UPDATE SET state = excluded.state WHERE orders.revision = excluded.revision AND orders.state IS NULL`,
      PostgreSQL: `${POSTGRES_ROWS} ${ON_CONFLICT} UPDATE SET state = excluded.state WHERE orders.revision = excluded.revision AND orders.state IS NULL`,
      MySQL: `${MYSQL_ROWS} ${ON_DUPLICATE} order_id = IF(order_id = VALUES(order_id) AND revision = VALUES(revision) AND state IS NULL, order_id, NULL), state = VALUES(state)`,
    },
  },
  {
    what: 'a delete by columns',
    kind: { write: 'delete', table: 'sale', columns: { seat_id: 'int', fence: 'int' } },
    is: {
      SQLite: 'DELETE FROM sale WHERE seat_id = ? AND fence = ?',
      PostgreSQL:
        'DELETE FROM sale USING unnest($1::bigint[], $2::bigint[]) AS given (seat_id, fence) WHERE sale.seat_id = ANY (ARRAY[given.seat_id]) AND sale.fence = given.fence',
      MySQL: 'DELETE FROM sale WHERE :rows',
    },
  },
  {
    what: 'a delete of what is below',
    kind: { write: 'delete', table: 'command', columns: { at: 'int' }, where: 'below' },
    is: {
      SQLite: 'DELETE FROM command WHERE at < ?',
      PostgreSQL: 'DELETE FROM command USING unnest($1::bigint[]) AS given (at) WHERE command.at < given.at',
      MySQL: 'DELETE FROM command WHERE :rows',
    },
  },
];

describe.each(Object.entries(DIALECTS))('%s says', (name, dialect) => {
  it.each(CASES)('$what', ({ kind, is }) => {
    expect(dialect.statement(kind)).toBe(is[name as keyof typeof DIALECTS]);
  });
});

it('MySQL cannot guard an upsert by two columns that it changes', () => {
  const kind: WriteKind = { ...UPSERT, guard: { revision: 'grows', state: 'null' } };
  expect(() => mysqlDialect('MySQL').statement(kind)).toThrow('2 columns that change');
});
