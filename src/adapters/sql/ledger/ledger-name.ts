import type { SqlConnection } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

const NAME: WriteKind = {
  write: 'upsert',
  table: 'counter',
  columns: { name: 'text', value: 'int' },
  key: ['name'],
  update: {},
};

/** A number by which this ledger is known; the first who asks gives it one, which it keeps. */
export async function ledgerName(connection: SqlConnection, drawn: number): Promise<number> {
  const find = () =>
    connection.query<{ value: number }>("SELECT value FROM counter WHERE name = 'ledger'", []);
  const [known] = await find();
  if (known) return known.value;
  await connection.transact([{ kind: NAME, rows: [['ledger', drawn]] }]);
  const [kept] = await find();
  return kept?.value ?? drawn;
}
