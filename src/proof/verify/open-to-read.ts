import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SqlConnection } from '../../adapters/sql/database.ts';
import { openToLookAt } from '../../adapters/sql/ledger/open-server.ts';
import { directConnection } from '../../adapters/sql/sqlite/direct-connection.ts';
import { SqliteEngine } from '../../adapters/sql/sqlite/engine.ts';
import type { Config } from '../../config.ts';
import { Unavailable } from '../../core/unavailable.ts';
import { serverOf } from '../../opening/ledger.ts';

export type WhereTheLedgerIs = Pick<Config, 'dataDir' | 'backEnds'>;

/** No lock is taken and nothing is written: the program may run meanwhile. Throws Unavailable when there is no ledger. */
export async function openToRead({
  dataDir,
  backEnds,
}: WhereTheLedgerIs): Promise<Pick<SqlConnection, 'query' | 'close' | 'dialect'>> {
  if (backEnds.ledger) return openToLookAt(serverOf(backEnds.ledger));
  const file = join(dataDir, 'onrush.db');
  if (!existsSync(file))
    throw new Unavailable(`there is no ledger in ${dataDir}: set DATA_DIR to the folder of the sale`);
  return directConnection(new SqliteEngine({ file, readOnly: true }));
}
