import { unreachable } from '../../../core/assert.ts';
import type { CountedRows, Dialect } from '../dialect.ts';
import { dropIndex, exactly, onConflict, partialIndex } from '../standard-clauses.ts';
import type { ColumnType, Delete, Insert, Upsert, WriteKind } from '../write-kind.ts';
import { arrayLiteral } from './array-literal.ts';

const ARRAY: Readonly<Record<ColumnType, string>> = { int: 'bigint[]', text: 'text[]', real: 'float8[]' };

/**
 * PostgreSQL: a statement takes an array for each column, so that one prepared statement serves any number of rows.
 * It must not meet the same key twice (batch-statement.ts sees to that).
 */
export const postgresDialect: Dialect = {
  name: 'PostgreSQL',
  setting: 'DATABASE_URL',
  statement: (kind) => statement(kind, 1),
  countEach: (counted, values) => [{ sql: countGiven(counted), params: [arrayLiteral(values)] }],
  forUpdate: ' FOR UPDATE',
  forShare: ' FOR SHARE',
  forUpdateSkipLocked: ' FOR UPDATE SKIP LOCKED',
  exactly,
  lookedUp,
  schema: {
    isTransactional: true,
    name: 'TEXT',
    longKey: 'TEXT',
    text: 'TEXT',
    position: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    tableEnd: '',
    clusteredEnd: '',
    derived: 'STORED',
    partialIndex,
    dropIndex,
  },
};

/** No order helps to find what is in a list. */
function lookedUp(key: string, by: string): string {
  return `${key} = ANY (ARRAY[${by}])`;
}

/**
 * A list of texts would be answered by reading every row that `where` leaves, when PostgreSQL takes those for few: just
 * when they have become many. So each text is asked for by itself, which only an index on it makes cheap.
 */
function countGiven({ table, column, where }: CountedRows): string {
  return `SELECT given.value, (SELECT count(*) FROM ${table} WHERE ${where} AND ${column} = given.value) AS found
    FROM unnest(?::text[]) AS given (value)`;
}

/** The same with parameters numbered from `first`, for several statements in one. */
export function statement(kind: WriteKind, first: number): string {
  switch (kind.write) {
    case 'insert':
      return insert(kind, first);
    case 'upsert':
      return `${insert(kind, first)} ${onConflict(kind, { larger: 'greatest' })}`;
    case 'delete':
      return remove(kind, first);
    default:
      return unreachable(kind);
  }
}

function insert({ table, columns }: Insert | Upsert, first: number): string {
  const names = Object.keys(columns).join(', ');
  return `INSERT INTO ${table} (${names}) SELECT * FROM ${given(columns, first)}`;
}

function remove({ table, columns, where = 'equal' }: Delete, first: number): string {
  const names = Object.keys(columns);
  const conditions = names.map((column, place) => {
    const [row, by] = [`${table}.${column}`, `given.${column}`];
    if (where === 'below') return `${row} < ${by}`;
    return place === 0 ? lookedUp(row, by) : `${row} = ${by}`;
  });
  return `DELETE FROM ${table} USING ${given(columns, first)} AS given (${names.join(', ')}) WHERE ${conditions.join(' AND ')}`;
}

function given(columns: Insert['columns'], first: number): string {
  const arrays = Object.values(columns).map((type, place) => `$${first + place}::${ARRAY[type]}`);
  return `unnest(${arrays.join(', ')})`;
}
