import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { Unavailable } from '../../core/unavailable.ts';

const LEDGER = 'onrush.db';
/** What the program makes and keeps beside the ledger: without them, tickets and places in line would be void. */
const SECRETS = ['admin-token', 'ticket-keys', 'token-key'];

/**
 * Copies a data folder into an empty one, also while a program writes to it: the ledger as of one moment, with
 * everything that was acknowledged before the call. The ledger comes last and whole, so a copy without one was broken
 * off. Returns the bytes of the ledger. Throws Unavailable with a sentence for the operator.
 */
export function backUpFolder(from: string, to: string): number {
  if (!existsSync(join(from, LEDGER))) throw new Unavailable(`there is no ledger in ${from}: set DATA_DIR`);
  mkdirSync(to, { recursive: true, mode: 0o700 });
  if (readdirSync(to).length > 0) throw new Unavailable(`${to} is not empty: name a new folder`);
  for (const name of SECRETS) {
    if (!existsSync(join(from, name))) continue;
    copyFileSync(join(from, name), join(to, name));
    chmodSync(join(to, name), 0o600);
  }
  const half = join(to, 'unfinished.db');
  const ledger = new Database(join(from, LEDGER), { readonly: true });
  try {
    // One read transaction: a snapshot of the write-ahead log, which keeps nobody from writing on.
    ledger.prepare('VACUUM INTO ?').run(half);
    renameSync(half, join(to, LEDGER));
  } catch (error) {
    rmSync(half, { force: true });
    throw new Unavailable(`the ledger of ${from} cannot be copied to ${to}`, { cause: error });
  } finally {
    ledger.close();
  }
  return statSync(join(to, LEDGER)).size;
}
