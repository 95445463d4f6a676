import { Command } from 'commander';
import { dataFolder } from '../adapters/embedded/data-folder.ts';
import { migrateServer } from '../adapters/sql/ledger/open-server.ts';
import { migrate } from '../adapters/sql/migrate.ts';
import { sqliteConnection } from '../adapters/sql/sqlite/connection.ts';
import type { Config } from '../config.ts';
import { serverOf } from '../opening/ledger.ts';

/** `onrush migrate`: brings the tables of the ledger to this version. Safe while other nodes do the same, or serve. */
export function migrateCommand(config: () => Config): Command {
  return new Command('migrate')
    .description(
      'bring the tables of the ledger to the version of this program; `serve` does it, too. Embedded, the program must be stopped',
    )
    .action(async () => {
      const { from, to } = await migrated(config());
      console.log(
        from === to ? `the tables are of version ${to}` : `the tables went from version ${from} to ${to}`,
      );
    });
}

async function migrated({ backEnds, dataDir }: Config): Promise<{ from: number; to: number }> {
  if (backEnds.ledger) return migrateServer(serverOf(backEnds.ledger));
  const folder = dataFolder(dataDir);
  const connection = sqliteConnection(folder.ledgerFile);
  try {
    return await migrate(connection);
  } finally {
    await connection.close();
    folder.release();
  }
}
