import { unreachable } from '../../../core/assert.ts';
import type { Dialect } from '../dialect.ts';
import { countListed, dropIndex, equal, exactly, onConflict, partialIndex } from '../standard-clauses.ts';
import type { Delete, Insert, Upsert, WriteKind } from '../write-kind.ts';

/** SQLite: a statement takes one row and is run once for each. One transaction at a time, so nothing needs a lock. */
export const sqliteDialect: Dialect = {
  name: 'SQLite',
  setting: 'DATA_DIR',
  statement,
  countEach: countListed,
  forUpdate: '',
  forShare: '',
  forUpdateSkipLocked: '',
  exactly,
  lookedUp: equal,
  schema: {
    isTransactional: true,
    name: 'TEXT',
    longKey: 'TEXT',
    text: 'TEXT',
    position: 'INTEGER PRIMARY KEY AUTOINCREMENT',
    tableEnd: '',
    clusteredEnd: ' WITHOUT ROWID',
    derived: 'VIRTUAL',
    partialIndex,
    dropIndex,
  },
};

function statement(kind: WriteKind): string {
  switch (kind.write) {
    case 'insert':
      return insert(kind);
    case 'upsert':
      return `${insert(kind)} ${onConflict(kind, { larger: 'max' })}`;
    case 'delete':
      return remove(kind);
    default:
      return unreachable(kind);
  }
}

function insert({ table, columns }: Insert | Upsert): string {
  const names = Object.keys(columns);
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
}

function remove({ table, columns, where = 'equal' }: Delete): string {
  const sign = where === 'below' ? '<' : '=';
  const conditions = Object.keys(columns).map((column) => `${column} ${sign} ?`);
  return `DELETE FROM ${table} WHERE ${conditions.join(' AND ')}`;
}
