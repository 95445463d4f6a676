import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { markedCommits } from '../../src/adapters/sql/commits/commit-marks.ts';
import { groupCommitter } from '../../src/adapters/sql/commits/group-committer.ts';
import { independentCommitter } from '../../src/adapters/sql/commits/independent-committer.ts';
import type { SqlConnection, WriteRun } from '../../src/adapters/sql/database.ts';
import type { ServerOptions } from '../../src/adapters/sql/ledger/server-options.ts';
import { migrate } from '../../src/adapters/sql/migrate.ts';
import type { WriteKind } from '../../src/adapters/sql/write-kind.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import { type OnServer, onServer } from '../backends/on-servers.ts';
import type { DatabaseServer } from '../backends/servers/database-server.ts';
import { type TcpProxy, tcpProxy } from '../backends/tcp-proxy.ts';

const INSERT: WriteKind = { write: 'insert', table: 'counter', columns: { name: 'text', value: 'int' } };

/** A connection whose way to the server a test can make bad, and a direct one that sees what is really there. */
interface Bench {
  server: DatabaseServer;
  proxy: TcpProxy;
  through(more?: Partial<ServerOptions>): SqlConnection;
  values(prefix: string): Promise<string[]>;
}

export function sqlFaults(names: readonly OnServer[]): void {
  describe.each(names)('the way to %s', (name) => {
    let bench: Awaited<ReturnType<typeof benchOn>> | undefined;
    beforeAll(async () => {
      bench = await benchOn(name);
    });
    beforeEach(() => bench?.clear());
    afterAll(() => bench?.stop());
    const get = () => bench as Bench;
    lostAnswers(get);
    awayAndSlow(get);
    rivals(get);
  });
}

async function benchOn(name: OnServer): Promise<Bench & { clear(): Promise<void>; stop(): Promise<void> }> {
  const server = await onServer[name].started();
  const options = await server.database();
  const proxy = await tcpProxy(options);
  const connections = [server.connect(options)];
  const [direct] = connections as [SqlConnection];
  await migrate(direct);
  return {
    server,
    proxy,
    through(more = {}) {
      const connection = server.connect({ ...options, port: proxy.port, ...more });
      connections.push(connection);
      return connection;
    },
    async values(prefix) {
      const rows = await direct.query<{ name: string }>(
        'SELECT name FROM counter WHERE name LIKE ? ORDER BY name',
        [`${prefix}%`],
      );
      return rows.map((row) => row.name);
    },
    /** So that a second try finds nothing of the first. */
    async clear() {
      proxy.heal();
      await direct.query('DELETE FROM counter');
    },
    async stop() {
      proxy.heal();
      await Promise.all(connections.map((connection) => connection.close()));
      await proxy.close();
    },
  };
}

const row = (name: string): WriteRun => ({ kind: INSERT, rows: [[name, 1]] });

let marks = 0;
const marked = (connection: SqlConnection) =>
  markedCommits(connection, { newId: () => `mark ${++marks};`, now: () => 1_000 });

function outcomeOf(promise: Promise<unknown>): Promise<'done' | 'definite' | 'indefinite'> {
  return promise.then(
    () => 'done' as const,
    (error: unknown) => {
      if (!(error instanceof Unavailable)) throw error;
      return error.indefinite ? 'indefinite' : 'definite';
    },
  );
}

function lostAnswers(get: () => Bench): void {
  it('without marks, a commit whose answer is lost is indefinite', async () => {
    const { proxy, through, values } = get();
    const connection = through();
    proxy.cutAfter('bare 1');
    expect(await outcomeOf(connection.transact([row('bare 1')]))).toBe('indefinite');
    await expect.poll(() => values('bare')).toEqual(['bare 1']);
  });

  it('a commit whose answer is lost becomes definite by its mark: it was committed', async () => {
    const { proxy, through, values } = get();
    const connection = marked(through());
    proxy.cutAfter(`mark ${marks + 1};`);
    expect(await outcomeOf(connection.transact([row('lost answer')]))).toBe('done');
    await proxy.cut;
    expect(await values('lost answer')).toEqual(['lost answer']);
  });

  it('a commit that never arrived becomes definite by its mark: it was not, and never will be', async () => {
    const { proxy, through, values } = get();
    const connection = marked(through());
    proxy.cutBefore(`mark ${marks + 1};`);
    expect(await outcomeOf(connection.transact([row('never arrived')]))).toBe('definite');
    expect(await values('never arrived')).toEqual([]);
    await connection.transact([row('never arrived')]);
  });

  it('a transaction in steps whose COMMIT goes unanswered returns what it found', async () => {
    const { proxy, through, values } = get();
    const connection = marked(through());
    const found = connection.transaction(async (transaction) => {
      await transaction.write([row('in steps')]);
      proxy.cutAfter('COMMIT');
      return 'found';
    });
    expect(await found).toBe('found');
    expect(await values('in steps')).toEqual(['in steps']);
  });

  it('a transaction in steps that breaks before its COMMIT is definite, and nothing is written', async () => {
    const { proxy, through, values } = get();
    const connection = marked(through());
    const broken = connection.transaction(async (transaction) => {
      await transaction.write([row('half way')]);
      proxy.cutBefore('half way 2');
      await transaction.write([row('half way 2')]);
    });
    expect(await outcomeOf(broken)).toBe('definite');
    expect(await values('half way')).toEqual([]);
  });

  it('while nobody can be asked it is indefinite, and nothing else is read or written until it is known', async () => {
    const { proxy, through, values } = get();
    const connection = marked(through({ connectTimeoutMillis: 500 }));
    proxy.cutAfter(`mark ${marks + 1};`);
    const lost = connection.transact([row('unasked 1')]);
    await proxy.cut;
    proxy.stop();
    expect(await outcomeOf(lost)).toBe('indefinite');
    expect(await outcomeOf(connection.query('SELECT 1 AS one'))).toBe('definite');
    expect(await outcomeOf(connection.transact([row('unasked 2')]))).toBe('definite');
    proxy.heal();
    await connection.transact([row('unasked 3')]);
    expect(await values('unasked')).toEqual(['unasked 1', 'unasked 3']);
  });
}

function awayAndSlow(get: () => Bench): void {
  it('a server that is away is definite, and comes back by itself', async () => {
    const { proxy, through } = get();
    const connection = through();
    await connection.query('SELECT 1 AS one');
    proxy.stop();
    expect(await outcomeOf(connection.transact([row('away')]))).toMatch(/definite/);
    expect(await outcomeOf(connection.query('SELECT 1 AS one'))).toBe('definite');
    expect(await outcomeOf(connection.raise('away counter', 1))).toBe('definite');
    proxy.heal();
    await expect.poll(() => outcomeOf(connection.transact([row('back again')]))).toBe('done');
  });

  it('a slow way delays a commit, and what gathers meanwhile shares the next', async () => {
    const { proxy, through, values } = get();
    const connection = through();
    await connection.query('SELECT 1 AS one');
    const commits: number[] = [];
    const database = groupCommitter(connection, { onCommit: (calls) => commits.push(calls) });
    proxy.delay(300);
    const first = database.commit([{ kind: INSERT, row: ['slow 000', 1] }]);
    await new Promise(setImmediate);
    const rest = Array.from({ length: 200 }, (_, index) =>
      database.commit([{ kind: INSERT, row: [`slow ${index + 1}`, 1] }]),
    );
    await Promise.all([first, ...rest]);
    proxy.heal();
    expect(commits).toEqual([1, 200]);
    expect(await values('slow')).toHaveLength(201);
  });

  it('a server that falls silent is given up in time, and the connection with it', async () => {
    const { proxy, through } = get();
    const connection = through({ statementTimeoutMillis: 2_000, connectTimeoutMillis: 10_000 });
    await connection.query('SELECT 1 AS one');
    proxy.freeze();
    expect(await outcomeOf(connection.query('SELECT 1 AS one'))).toBe('definite');
    proxy.heal();
    await expect.poll(() => outcomeOf(connection.query('SELECT 1 AS one'))).toBe('done');
  });
}

function rivals(get: () => Bench): void {
  it('two transactions that wait for each other both come through', async () => {
    const { through, values } = get();
    const [ann, ben] = [through(), through()];
    await ann.transact([row('rival a'), row('rival b')]);
    let tries = 0;
    let goOn: () => void = () => undefined;
    const bothHaveOne = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const lockBoth = (connection: SqlConnection, first: string, second: string) =>
      connection.transaction(async (transaction) => {
        const add = 'UPDATE counter SET value = value + 1 WHERE name = ?';
        await transaction.change(add, [first]);
        if (++tries === 2) goOn();
        await bothHaveOne;
        await transaction.change(add, [second]);
      });
    await Promise.all([lockBoth(ann, 'rival a', 'rival b'), lockBoth(ben, 'rival b', 'rival a')]);
    expect(tries, 'one of them was broken off and tried again').toBeGreaterThan(2);
    expect(await values('rival')).toEqual(['rival a', 'rival b']);
    expect(await ann.query("SELECT value FROM counter WHERE name LIKE 'rival%'")).toEqual([
      ...[{ value: 3 }, { value: 3 }],
    ]);
  });

  it('a process that freezes in the middle of a transaction keeps its rows from others for a while only', async () => {
    const { through } = get();
    const [frozen, other] = [through({ statementTimeoutMillis: 200 }), through()];
    await other.transact([row('frozen')]);
    const add = "UPDATE counter SET value = value + 1 WHERE name = 'frozen'";
    let isHeld: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      isHeld = resolve;
    });
    let thaw: () => void = () => undefined;
    const thawed = new Promise<void>((resolve) => {
      thaw = resolve;
    });
    const late = outcomeOf(
      frozen.transaction(async (transaction) => {
        await transaction.change(add);
        isHeld();
        await thawed;
      }),
    );
    await held;
    const change = () => outcomeOf(other.transaction((transaction) => transaction.change(add)));
    // Who waits too long for a row is told so, and comes again.
    await expect.poll(change).toBe('done').finally(thaw);
    expect(await late).not.toBe('done');
    expect(await other.query("SELECT value FROM counter WHERE name = 'frozen'")).toEqual([{ value: 2 }]);
  });

  it('a row that the server cannot take is refused alone: what shares its transaction is written', async () => {
    const { through, values } = get();
    const database = independentCommitter(through());
    const commit = (name: string) =>
      outcomeOf(database.commit([{ kind: INSERT, row: [`together ${name}`, 1] }]));
    // One server takes no such letter, the other no text as long.
    const unfit = '\u0000'.repeat(10_000);
    expect(await Promise.all(['a', unfit, 'b', 'c'].map(commit))).toEqual([
      'done',
      'definite',
      'done',
      'done',
    ]);
    expect(await values('together')).toEqual(['together a', 'together b', 'together c']);
  });

  it('batches of many nodes on the same rows in any order never wait in a circle', async () => {
    const { through } = get();
    const nodes = [through(), through(), through()];
    const add: WriteKind = {
      write: 'upsert',
      table: 'counter',
      columns: INSERT.columns,
      key: ['name'],
      update: { value: 'add' },
    };
    const names = Array.from({ length: 50 }, (_, index) => `shared ${index}`);
    await Promise.all(
      nodes.flatMap((node, which) =>
        Array.from({ length: 20 }, (_, round) => {
          const shift = (which * 17 + round * 7) % names.length;
          const order = [...names.slice(shift), ...names.slice(0, shift)];
          return node.transact([{ kind: add, rows: order.map((name) => [name, 1]) }]);
        }),
      ),
    );
    const sums = await nodes[0]?.query("SELECT DISTINCT value FROM counter WHERE name LIKE 'shared %'");
    expect(sums).toEqual([{ value: 60 }]);
  });

  it('without a free connection a call is refused in time, definitely; with one again it is served', async () => {
    const { through } = get();
    const connection = through({ poolSize: 3, connectTimeoutMillis: 1_500 });
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const busy = Array.from({ length: 2 }, () => connection.transaction(() => released));
    const refused = await connection.transact([row('no room')]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Unavailable);
    expect(refused).toMatchObject({ indefinite: false, message: expect.stringContaining('in use') });
    expect(await connection.query('SELECT 1 AS one'), 'readers have their own').toEqual([{ one: 1 }]);
    release();
    await Promise.all(busy);
    await connection.transact([row('room again')]);
  });
}
