import { assert, unreachable } from '../../../core/assert.ts';
import type { Dialect, PartialIndex } from '../dialect.ts';
import { countListed, equal } from '../standard-clauses.ts';
import type { Delete, Insert, Upsert, WriteKind } from '../write-kind.ts';

/**
 * MySQL and MariaDB: one statement holds the rows themselves; `:rows` stands where they are filled in. The two have no
 * collation in common that tells letters of either case apart and keeps spaces at the end, so each has its own.
 */
export function mysqlDialect(server: 'MySQL' | 'MariaDB'): Dialect {
  const collation = server === 'MariaDB' ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
  const tableEnd = ` ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE ${collation}`;
  return {
    name: server,
    setting: 'DATABASE_URL',
    statement,
    countEach: countListed,
    forUpdate: ' FOR UPDATE',
    // As MariaDB says it, too.
    forShare: ' LOCK IN SHARE MODE',
    forUpdateSkipLocked: ' FOR UPDATE SKIP LOCKED',
    exactly: (column, text) => `${column} = '${text}'`,
    lookedUp: equal,
    schema: {
      isTransactional: false,
      name: 'VARCHAR(255)',
      longKey: 'VARBINARY(2000)',
      text: 'LONGTEXT',
      position: 'BIGINT AUTO_INCREMENT PRIMARY KEY',
      tableEnd,
      clusteredEnd: tableEnd,
      derived: 'STORED',
      partialIndex,
      dropIndex: ({ name, table }) => `DROP INDEX ${name} ON ${table}`,
    },
  };
}

function statement(kind: WriteKind): string {
  switch (kind.write) {
    case 'insert':
      return insert(kind);
    case 'upsert':
      return `${insert(kind)} ON DUPLICATE KEY UPDATE ${changes(kind)}`;
    case 'delete':
      return `DELETE FROM ${kind.table} WHERE :rows`;
    default:
      return unreachable(kind);
  }
}

function insert({ table, columns }: Insert | Upsert): string {
  return `INSERT INTO ${table} (${Object.keys(columns).join(', ')}) VALUES :rows`;
}

/** The condition that one row makes in a DELETE, with a `?` for each value. */
export function conditionOf({ columns, where = 'equal' }: Delete): string {
  const sign = where === 'below' ? '<' : '=';
  return `(${Object.keys(columns)
    .map((column) => `${column} ${sign} ?`)
    .join(' AND ')})`;
}

/**
 * There is no WHERE here, so each column keeps its value where the guard says no. Columns are assigned from left to
 * right and later ones see the new values of earlier ones: the column that the guard looks at comes last. Where every
 * row must apply, the key is assigned first, and NULL where the guard says no: that no key may be, so the statement fails.
 */
function changes(kind: Upsert): string {
  const { key, update, guard = {} } = kind;
  const changing = Object.keys(update);
  const [firstKey] = key;
  // A row with another unique value that is taken would be changed here too: the key must be this row's.
  const condition = [...key.map((column) => `${column} = VALUES(${column})`), ...conditions(guard)].join(
    ' AND ',
  );
  const guarded = changing.filter((column) => column in guard);
  assert(guarded.length <= 1, `the guard of ${kind.table} looks at ${guarded.length} columns that change`);
  if (changing.length === 0) return `${firstKey} = ${firstKey}`;
  const ordered = [...changing.filter((column) => !(column in guard)), ...guarded];
  if (kind.mustApply) {
    const assigned = ordered.map((column) => `${column} = ${newValue(column, update[column])}`);
    return [`${firstKey} = IF(${condition}, ${firstKey}, NULL)`, ...assigned].join(', ');
  }
  return ordered
    .map((column) => `${column} = IF(${condition}, ${newValue(column, update[column])}, ${column})`)
    .join(', ');
}

function conditions(guard: NonNullable<Upsert['guard']>): string[] {
  return Object.entries(guard).map(([column, must]) => {
    const given = `VALUES(${column})`;
    if (typeof must === 'object') return `${column} = VALUES(${must.is})`;
    return { same: `${column} = ${given}`, grows: `${column} < ${given}`, null: `${column} IS NULL` }[must];
  });
}

function newValue(column: string, by: Upsert['update'][string] = 'replace'): string {
  const given = `VALUES(${column})`;
  return { replace: given, add: `${column} + ${given}`, maximum: `GREATEST(${column}, ${given})` }[by];
}

/** There are no indexes on few of the rows: the column that would choose them comes first instead, or last if it is unset. */
function partialIndex({ name, table, columns, where }: PartialIndex): string {
  if ('unset' in where) return `CREATE INDEX ${name} ON ${table} (${[...columns, where.unset].join(', ')})`;
  const rest = columns.filter((column) => column !== where.column);
  return `CREATE INDEX ${name} ON ${table} (${[where.column, ...rest].join(', ')})`;
}
