import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  migrateServer,
  openSharedLedger,
  type ServerLedger,
} from '../../src/adapters/sql/ledger/open-server.ts';
import { SCHEMA_VERSION } from '../../src/adapters/sql/migrate.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import { type OnServer, onServer } from '../backends/on-servers.ts';
import { freePort } from '../backends/servers/free-port.ts';
import { tcpProxy } from '../backends/tcp-proxy.ts';

const needs = { newId: () => randomUUID(), now: () => 1 };

/** What a start makes of a server, good or not. */
export function sqlServerStart(names: readonly OnServer[]): void {
  describe.each(names)('a start on %s', (name) => {
    const empty = async (): Promise<ServerLedger> => {
      const server = await onServer[name].started();
      return { ...(await server.database()), dialect: name === 'postgres' ? 'postgres' : 'mysql' };
    };
    const sentence = async (ledger: ServerLedger) => {
      const connection = await openSharedLedger(ledger, needs).catch((error: Error) => error.message);
      if (typeof connection === 'string') return connection;
      await connection.close();
      return 'started';
    };

    it('makes the tables, once, and then begins', async () => {
      const ledger = await empty();
      expect(await migrateServer(ledger)).toEqual({ from: 0, to: SCHEMA_VERSION });
      expect(await migrateServer(ledger)).toEqual({ from: SCHEMA_VERSION, to: SCHEMA_VERSION });
      expect(await sentence(ledger)).toBe('started');
    });

    it('of several nodes at once makes the tables once', async () => {
      const ledger = await empty();
      const moves = await Promise.all([1, 2, 3].map(() => migrateServer(ledger)));
      expect(moves.map(({ from }) => from).sort()).toEqual([0, SCHEMA_VERSION, SCHEMA_VERSION]);
    });

    it.each(['cutBefore', 'cutAfter'] as const)(
      'goes on with tables that were begun and not finished (%s a step was taken)',
      async (cut) => {
        const ledger = await empty();
        const proxy = await tcpProxy(ledger);
        proxy[cut]('CREATE TABLE hold_block');
        await expect(migrateServer({ ...ledger, port: proxy.port })).rejects.toThrow(Unavailable);
        await proxy.close();
        expect(await migrateServer(ledger)).toMatchObject({ to: SCHEMA_VERSION });
        expect(await sentence(ledger)).toBe('started');
      },
    );

    it('is refused with one sentence that names the remedy', async () => {
      const ledger = await empty();
      expect(await sentence(ledger)).toMatch(/run `onrush migrate`/);
      expect(await sentence({ ...ledger, port: await freePort() })).toMatch(
        /nothing listens on .*DATABASE_URL/,
      );
      expect(await sentence({ ...ledger, host: 'no-such-host.invalid' })).toMatch(
        /no-such-host.*DATABASE_URL/,
      );
      expect(await sentence({ ...ledger, password: 'wrong' })).toMatch(/password.*DATABASE_URL/);
      expect(await sentence({ ...ledger, user: 'nobody' })).toMatch(/nobody.*DATABASE_URL/);
      expect(await sentence({ ...ledger, database: 'missing' })).toMatch(/no database missing: create it/);
      expect(await sentence({ ...ledger, tls: { rejectUnauthorized: true } })).toMatch(/TLS|certificate/);
    });

    it('goes on where a newer program has only added to the tables, and leaves them as they are', async () => {
      const ledger = await empty();
      await migrateServer(ledger);
      const connection = await openSharedLedger(ledger, needs);
      const beyond = (version: number, serves: number) =>
        connection.transaction(async (transaction) => {
          await transaction.change('INSERT INTO schema_version (version) VALUES (?)', [version]);
          await transaction.change('INSERT INTO schema_step (version, step, checksum) VALUES (?, 0, ?)', [
            version,
            'of the newer one',
          ]);
          await transaction.change('INSERT INTO schema_reach (version, serves) VALUES (?, ?)', [
            version,
            serves,
          ]);
        });
      await beyond(SCHEMA_VERSION + 1, SCHEMA_VERSION);
      const newer = { from: SCHEMA_VERSION + 1, to: SCHEMA_VERSION + 1 };
      expect(await migrateServer(ledger)).toEqual(newer);
      expect(await sentence(ledger)).toBe('started');
      await beyond(SCHEMA_VERSION + 2, SCHEMA_VERSION + 2);
      await connection.close();
      await expect(migrateServer(ledger)).rejects.toThrow(/newer than this program/);
      expect(await sentence(ledger)).toMatch(/newer than this program/);
    });

    it('is refused when the tables are from the future, or were made by another program', async () => {
      const ledger = await empty();
      await migrateServer(ledger);
      const connection = await openSharedLedger(ledger, needs);
      await connection.transaction((transaction) =>
        transaction.change("UPDATE schema_step SET checksum = 'other' WHERE version = 1 AND step = 3"),
      );
      await expect(migrateServer(ledger)).rejects.toThrow(/made by another program \(version 1, step 3\)/);
      await connection.transaction((transaction) =>
        transaction.change('INSERT INTO schema_version (version) VALUES (999)'),
      );
      await connection.close();
      expect(await sentence(ledger)).toMatch(/version 999, newer than this program.*DATABASE_URL/);
    });
  });
}
