import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { Unavailable } from '../../core/unavailable.ts';

/** A folder that this process alone may write. */
export interface DataFolder {
  /** Of the ledger's file. */
  ledgerFile: string;
  /** Reads a small secret, or makes and keeps it, readable by this user only. */
  secret(name: string, make: () => string): string;
  release(): void;
}

/**
 * Takes the folder for this process. The lock is the operating system's, on an empty database file: it ends with the
 * process, however that ends, so no stale lock is ever left. Throws Unavailable naming the holder when there is one.
 */
export function dataFolder(path: string): DataFolder {
  makeFolder(path);
  const lock = takeLock(join(path, 'lock.db'), join(path, 'holder.txt'), path);
  return {
    ledgerFile: join(path, 'onrush.db'),
    secret: (name, make) => keptSecret(join(path, name), make),
    release() {
      rmSync(join(path, 'holder.txt'), { force: true });
      lock.close();
    },
  };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Unavailable(
      `the data folder ${path} cannot be made: set DATA_DIR to a folder that this user may write`,
      {
        cause: error,
      },
    );
  }
}

function takeLock(file: string, holderFile: string, path: string): Database.Database {
  try {
    const lock = new Database(file);
    lock.exec('PRAGMA busy_timeout = 0');
    lock.exec('PRAGMA locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
    writeFileSync(holderFile, `${process.pid}\n`);
    return lock;
  } catch (error) {
    const busy = /BUSY|locked/i.test(`${(error as { code?: string }).code} ${error}`);
    const holder = readIfThere(holderFile)?.trim();
    throw new Unavailable(
      busy
        ? `the data folder ${path} is in use by process ${holder ?? 'unknown'}: stop that process, or set DATA_DIR to another folder`
        : `the data folder ${path} cannot be locked: set DATA_DIR to a folder that this user may write`,
      { cause: error },
    );
  }
}

function keptSecret(file: string, make: () => string): string {
  const kept = readIfThere(file)?.trim();
  if (kept) return kept;
  const made = make();
  writeFileSync(file, `${made}\n`, { mode: 0o600 });
  return made;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
