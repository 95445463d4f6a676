import { Command } from 'commander';
import type { Config } from '../config.ts';
import { openSale } from '../opening/sale.ts';
import { silentLog } from '../telemetry/logs.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { makeDemoEvents } from './seed.ts';

/** `onrush seed`: adds the demo events to the ledger, once more each time. No server may have the data folder. */
export function seedCommand(config: () => Config): Command {
  return new Command('seed')
    .description(
      'add the demo events to the ledger: an arena, a club and the halls of the editions, all on sale. Without Redis, the program must be stopped',
    )
    .action(async () => {
      const watching = { metrics: createMetrics({ runtime: false }), log: silentLog() };
      const opened = await openSale(config(), watching);
      try {
        await makeDemoEvents(opened.sale.catalog);
        console.log(
          'added an arena of 10,000 seats, a club of 100 and the halls of the editions, all on sale',
        );
      } finally {
        await opened.close();
      }
    });
}
