import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sqliteConnection } from '../../../../src/adapters/sql/sqlite/connection.ts';

const folder = mkdtempSync(join(tmpdir(), 'onrush-sqlite-'));
const connection = sqliteConnection(join(folder, 'ledger.db'));

afterAll(async () => {
  await connection.close();
  rmSync(folder, { recursive: true });
});

it('hears of the end of a transaction while the event loop is busy', async () => {
  await connection.raise('ready', 1).catch(() => undefined); // No such table: the thread has begun, that is enough.
  let isWritten = false;
  const transaction = connection.transact([]).then(() => {
    isWritten = true;
  });
  let hasTurned = false;
  setImmediate(() => {
    hasTurned = true;
  });
  const end = performance.now() + 10_000;
  while (!isWritten && performance.now() < end) {
    connection.hear?.();
    await undefined; // Lets promises go on, and nothing else.
  }
  expect({ isWritten, hasTurned }).toEqual({ isWritten: true, hasTurned: false });
  await transaction;
});
