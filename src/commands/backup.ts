import { Command } from 'commander';
import { backUpFolder } from '../adapters/embedded/folder-backup.ts';
import type { Config } from '../config.ts';
import { Unavailable } from '../core/unavailable.ts';

/** `onrush backup --to folder`: a copy to start from, made while the program sells on. */
export function backupCommand(config: () => Config): Command {
  return new Command('backup')
    .description('copy the data folder, also while the program runs; to restore, start with DATA_DIR=<copy>')
    .requiredOption('--to <folder>', 'a new folder for the copy')
    .action(({ to }: { to: string }) => {
      const { backEnds, dataDir } = config();
      if (backEnds.ledger)
        throw new Unavailable('the ledger is on a server: deploy/backup has scripts for its own tools');
      const bytes = backUpFolder(dataDir, to);
      console.log(
        `${to} is a copy of ${dataDir}, ${Math.ceil(bytes / 1024)} kB; check it with: DATA_DIR=${to} onrush verify`,
      );
    });
}
