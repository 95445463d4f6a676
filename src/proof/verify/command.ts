import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { openToLookAt } from '../../adapters/sql/open-server.ts';
import { directConnection } from '../../adapters/sql/sqlite/direct-connection.ts';
import { SqliteEngine } from '../../adapters/sql/sqlite/engine.ts';
import type { Config } from '../../config.ts';
import { SECOND } from '../../core/clock.ts';
import { Unavailable } from '../../core/unavailable.ts';
import { serverOf } from '../../open-ledger.ts';
import { type Audit, audit } from './audit.ts';
import type { ReadLedger } from './ledger-rows.ts';

interface OpenToRead {
  read: ReadLedger;
  close(): Promise<void>;
}

interface Options {
  every?: number;
  json?: boolean;
}

/** `onrush verify`: exit code 0 when the ledger holds every promise, 1 when it does not. */
export function verifyCommand(config: () => Config): Command {
  return new Command('verify')
    .description(
      'read the ledger, also while the program runs, and name everything in it that breaks a promise',
    )
    .option('--every <seconds>', 'again and again, with this pause, until something is found', wholeSeconds)
    .option('--json', 'print findings as JSON')
    .action(async (options: Options) => {
      const ledger = await openToRead(config());
      try {
        process.exitCode = (await look(ledger.read, options)) ? 0 : 1;
      } finally {
        await ledger.close();
      }
    });
}

async function look(read: ReadLedger, { every, json }: Options): Promise<boolean> {
  for (;;) {
    const found = await audit({ read, now: Date.now, pause: () => pause(2 * SECOND) });
    console.log(json ? JSON.stringify(found) : describe(found));
    if (found.findings.length > 0) return false;
    if (every === undefined) return true;
    await pause(every * SECOND);
  }
}

/** No lock is taken and nothing is written: the program may run meanwhile. */
async function openToRead({ dataDir, backEnds }: Config): Promise<OpenToRead> {
  if (backEnds.ledger) {
    const { query, close } = await openToLookAt(serverOf(backEnds.ledger));
    return { read: query, close };
  }
  const file = join(dataDir, 'onrush.db');
  if (!existsSync(file))
    throw new Unavailable(`there is no ledger in ${dataDir}: set DATA_DIR to the folder of the sale`);
  const connection = directConnection(new SqliteEngine({ file, readOnly: true }));
  return { read: connection.query, close: () => connection.close() };
}

function describe({ findings, counts }: Audit): string {
  const { events, seats, holds, moves, orders, sales } = counts;
  const read = `${events} events, ${seats} seats, ${holds} claims, ${moves} moves, ${orders} orders, ${sales} sales`;
  if (findings.length === 0) return `read ${read}: every promise is kept`;
  const lines = findings.map(({ invariant, sentence }) => `invariant ${invariant}: ${sentence}`);
  return [`read ${read}: ${findings.length} promises are broken`, ...lines].join('\n');
}

function wholeSeconds(given: string): number {
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('a whole number of seconds from 1');
  return value;
}
