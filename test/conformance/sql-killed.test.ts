import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { markedCommits } from '../../src/adapters/sql/commits/commit-marks.ts';
import { groupCommitter } from '../../src/adapters/sql/commits/group-committer.ts';
import { independentCommitter } from '../../src/adapters/sql/commits/independent-committer.ts';
import { migrate } from '../../src/adapters/sql/migrate.ts';
import type { WriteKind } from '../../src/adapters/sql/write-kind.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import { componentPresent } from '../backends/registry.ts';
import type { DatabaseServer } from '../backends/servers/database-server.ts';
import { mariadbServer } from '../backends/servers/mariadb.ts';
import { postgresServer } from '../backends/servers/postgres.ts';

const INSERT: WriteKind = { write: 'insert', table: 'counter', columns: { name: 'text', value: 'int' } };
const SERVE = { postgres: postgresServer, mariadb: mariadbServer };
const COMMITTERS = { chained: groupCommitter, independent: independentCommitter };

const started: DatabaseServer[] = [];
afterAll(() => Promise.all(started.map((server) => server.stop())));

const present = (['postgres', 'mariadb'] as const).filter((name) => componentPresent(name));

describe.each(present)('%s, killed in the middle of commits and started again', (name) => {
  it.each(Object.entries(COMMITTERS))(
    'has what was acknowledged and nothing that was denied, with the %s committer',
    async (_committer, commits) => {
      const server = await SERVE[name]('durable');
      started.push(server);
      const options = await server.database();
      const connection = server.connect({ ...options, connectTimeoutMillis: 500 });
      await migrate(connection);
      const database = commits(markedCommits(connection, { newId: () => randomUUID(), now: () => 1_000 }));
      const told = { done: new Set<string>(), definite: new Set<string>() };
      let isOver = false;
      const buyer = async (which: number) => {
        for (let round = 0; !isOver; round++) {
          const row = `${which} ${round}`;
          await database.commit([{ kind: INSERT, row: [row, 1] }]).then(
            () => told.done.add(row),
            (error: unknown) => {
              if (!(error instanceof Unavailable)) throw error;
              if (!error.indefinite) told.definite.add(row);
            },
          );
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      };
      const buyers = Promise.all(Array.from({ length: 20 }, (_, which) => buyer(which)));

      for (let kills = 1; kills <= 3; kills++) {
        await expect.poll(() => told.done.size).toBeGreaterThan(kills * 100);
        await server.kill();
        // Long enough that somebody is told: a server that starts at once is missed by nobody.
        await expect.poll(() => told.definite.size).toBeGreaterThan(kills - 1);
        await server.start();
        const before = told.done.size;
        await expect.poll(() => told.done.size).toBeGreaterThan(before + 20);
      }
      isOver = true;
      await buyers;

      const rows = await connection.query<{ name: string }>('SELECT name FROM counter');
      const there = new Set(rows.map((row) => row.name));
      expect([...told.done].filter((row) => !there.has(row))).toEqual([]);
      expect([...told.definite].filter((row) => there.has(row))).toEqual([]);
      expect(told.definite.size, 'the server was away for some').toBeGreaterThan(0);
      await connection.close();
    },
  );
});
