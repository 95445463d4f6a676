import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import type { Config } from '../../config.ts';
import { SECOND } from '../../core/clock.ts';
import { fromOne } from '../whole-number.ts';
import { type Audit, audit } from './audit.ts';
import type { Finding } from './finding.ts';
import type { ReadLedger } from './ledger-rows.ts';
import { openToRead } from './open-to-read.ts';
import { compareBooks, hasProvider } from './provider-book.ts';

interface Options {
  every?: number;
  json?: boolean;
  hours: number;
}

/** `onrush verify`: exit code 0 when the ledger holds every promise, 1 when it does not. */
export function verifyCommand(config: () => Config): Command {
  return new Command('verify')
    .description(
      'read the ledger, also while the program runs, and name everything in it that breaks a promise',
    )
    .option('--every <seconds>', 'again and again, with this pause, until something is found', fromOne)
    .option('--json', 'print findings as JSON')
    .option(
      '--hours <hours>',
      'compare the books of so many hours with the payment provider’s, where there is one',
      fromOne,
      24,
    )
    .action(async (options: Options) => {
      const settings = config();
      const ledger = await openToRead(settings);
      const books = async () => {
        if (!hasProvider(settings)) return [];
        return compareBooks(settings, ledger, { hours: options.hours, now: Date.now() });
      };
      try {
        process.exitCode = (await look({ read: ledger.query, books }, options)) ? 0 : 1;
      } finally {
        await ledger.close();
      }
    });
}

interface Looked {
  read: ReadLedger;
  books: () => Promise<Finding[]>;
}

async function look({ read, books }: Looked, { every, json }: Options): Promise<boolean> {
  for (;;) {
    const { counts, findings } = await audit({ read, now: Date.now, pause: () => pause(2 * SECOND) });
    const found = { counts, findings: [...findings, ...(await books())] };
    console.log(json ? JSON.stringify(found) : describe(found));
    if (found.findings.length > 0) return false;
    if (every === undefined) return true;
    await pause(every * SECOND);
  }
}

function describe({ findings, counts }: Audit): string {
  const { events, seats, holds, moves, orders, sales } = counts;
  const read = `${events} events, ${seats} seats, ${holds} claims, ${moves} moves, ${orders} orders, ${sales} sales`;
  if (findings.length === 0) return `read ${read}: every promise is kept`;
  const lines = findings.map(({ invariant, sentence }) => `invariant ${invariant}: ${sentence}`);
  return [`read ${read}: ${findings.length} promises are broken`, ...lines].join('\n');
}
