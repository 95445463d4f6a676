import { describe, expect, it } from 'vitest';
import type { SqlConnection, WriteRun } from '../../src/adapters/sql/database.ts';
import { exclusiveLedger } from '../../src/adapters/sql/ledger/exclusive-ledger.ts';
import { migrate } from '../../src/adapters/sql/migrate.ts';
import type { WriteKind } from '../../src/adapters/sql/write-kind.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import { databaseOn, type OnServer, onServer } from '../backends/on-servers.ts';
import { tcpProxy } from '../backends/tcp-proxy.ts';

const INSERT: WriteKind = { write: 'insert', table: 'counter', columns: { name: 'text', value: 'int' } };
const row = (name: string): WriteRun => ({ kind: INSERT, rows: [[name, 1]] });
const clock = { now: () => 1_000 };

/** A ledger that only one node may write. */
export function sqlLedgerLease(names: readonly OnServer[]): void {
  describe.each(names)('the lease of a ledger on %s', (name) => {
    it('is had by one node; another is refused with a sentence until the first lets go', async () => {
      const open = await databaseOn(name);
      const [first, second] = [open(), open()];
      await migrate(first);
      const lease = await exclusiveLedger(first, clock);
      await lease.connection.transact([row('a')]);
      await expect(exclusiveLedger(second, clock)).rejects.toThrow(/another node has this ledger: stop it/);
      await lease.release();
      const next = await exclusiveLedger(second, clock);
      await next.connection.transact([row('b')]);
      await next.release();
      await Promise.all([first.close(), second.close()]);
    });

    it('ends the right to write: who lost it writes nothing more once another has it', async () => {
      const open = await databaseOn(name);
      const [first, second] = [open(), open()];
      await migrate(first);
      const old = await exclusiveLedger(first, clock);
      await old.release(); // As if its connection had broken and nobody had noticed.
      const now = await exclusiveLedger(second, clock);
      await expect(old.connection.transact([row('stale')])).rejects.toThrow(Unavailable);
      await now.release();
      await expect(old.connection.transact([row('stale')])).rejects.toThrow(/start this node again/);
      await expect(
        old.connection.transaction((transaction) => transaction.write([row('stale')])),
      ).rejects.toThrow(/start this node again/);
      expect(await namesIn(second)).not.toContain('stale');
      await Promise.all([first.close(), second.close()]);
    });

    it('is checked by each transaction, whatever the node believes of its lock', async () => {
      const open = await databaseOn(name);
      const [first, second] = [open(), open()];
      await migrate(first);
      const deaf: SqlConnection = {
        ...first,
        lock: async () => ({ isHeld: true, release: async () => undefined }),
      };
      const old = await exclusiveLedger(deaf, clock);
      const now = await exclusiveLedger(second, clock);
      await now.connection.transact([row('new')]);
      await expect(
        old.connection.transaction((transaction) => transaction.write([row('stale')])),
      ).rejects.toThrow(/start this node again/);
      await expect(old.connection.transact([row('stale')])).rejects.toThrow(/start this node again/);
      expect(await namesIn(second)).toContain('new');
      expect(await namesIn(second)).not.toContain('stale');
      await now.release();
      await Promise.all([first.close(), second.close()]);
    });

    it('keeps the transactions of its holder from nobody but another node', async () => {
      const open = await databaseOn(name);
      const connection = open();
      await migrate(connection);
      const lease = await exclusiveLedger(connection, clock);
      await lease.connection.transaction(async (slow) => {
        await slow.write([row('slow')]);
        // Would wait for ever, if the lease were the slow one's alone.
        await lease.connection.transaction((quick) => quick.write([row('quick')]));
      });
      expect(await namesIn(connection)).toEqual(expect.arrayContaining(['slow', 'quick']));
      await lease.release();
      await connection.close();
    });

    it('is taken again by itself when the server was away and nobody else had it', async () => {
      const server = await onServer[name].started();
      const options = await server.database();
      const proxy = await tcpProxy(options);
      const connection = server.connect({ ...options, port: proxy.port });
      await migrate(connection);
      const lease = await exclusiveLedger(connection, clock);
      proxy.stop();
      await expect(lease.connection.transact([row('away')])).rejects.toThrow(Unavailable);
      proxy.heal();
      await expect
        .poll(() => lease.connection.transact([row('back')]).then(() => 'written', String), {
          timeout: 10_000,
        })
        .toBe('written');
      await lease.release();
      await connection.close();
      await proxy.close();
    });
  });
}

async function namesIn(connection: SqlConnection): Promise<string[]> {
  const rows = await connection.query<{ name: string }>('SELECT name FROM counter');
  return rows.map(({ name }) => name);
}
