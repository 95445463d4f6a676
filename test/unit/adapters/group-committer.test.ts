import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupCommitter } from '../../../src/adapters/sql/commits/group-committer.ts';
import type { Write } from '../../../src/adapters/sql/database.ts';
import type { WriteKind } from '../../../src/adapters/sql/write-kind.ts';
import { Conflict } from '../../../src/core/conflict.ts';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { recordingConnection } from './recording-connection.ts';

const kind = (table: string, write: 'insert' | 'delete' = 'insert'): WriteKind => ({
  write,
  table,
  columns: { value: 'int' },
});
const HOLD = kind('hold');
const write = (value: number, of = HOLD): Write => ({ kind: of, row: [value] });
const soon = () => new Promise(setImmediate);
const microtasks = async () => {
  for (let n = 0; n < 20; n++) await undefined;
};

/** A committer on a connection that waits to be told. */
function committer(options: Parameters<typeof groupCommitter>[1] = {}) {
  const { connection, batches } = recordingConnection();
  const database = groupCommitter(connection, options);
  return {
    database,
    rowsOf: (batch: number) => batches[batch]?.runs.flatMap(({ rows }) => rows.map(([value]) => value)),
    batchCount: () => batches.length,
    async end(batch: number, error?: Error) {
      batches[batch]?.end(error);
      await soon();
    },
    runsOf: (batch: number) => batches[batch]?.runs,
  };
}

/** How a promise stands: 'open', 'done' or the error. */
function watch(promise: Promise<void>) {
  const state: { now: 'open' | 'done' | Unavailable } = { now: 'open' };
  promise.then(
    () => {
      state.now = 'done';
    },
    (error: Unavailable) => {
      state.now = error;
    },
  );
  return state;
}

describe('a commit', () => {
  it('is followed by the next within a turn of the event loop, where the connection can hear of its end', async () => {
    const { connection, batches } = recordingConnection();
    const database = groupCommitter({ ...connection, hear: () => batches[0]?.end() });
    const first = watch(database.commit([write(0)]));
    await microtasks();
    for (let value = 1; value <= 20; value++) {
      void database.commit([write(value)]);
      await microtasks();
    }
    expect(first.now).toBe('done');
    expect(batches.length).toBe(2);
  });

  it('takes everything of one turn, and what came while it ran is the next, in order', async () => {
    const { database, rowsOf, batchCount, end } = committer();
    const first = [1, 2].map((value) => watch(database.commit([write(value)])));
    await soon();
    const later = [3, 4, 5].map((value) => watch(database.commit([write(value)])));
    expect(batchCount()).toBe(1);
    expect(rowsOf(0)).toEqual([1, 2]);
    await end(0);
    expect(first.map(({ now }) => now)).toEqual(['done', 'done']);
    expect(later.map(({ now }) => now)).toEqual(['open', 'open', 'open']);
    expect(rowsOf(1)).toEqual([3, 4, 5]);
    await end(1);
    expect(later.map(({ now }) => now)).toEqual(['done', 'done', 'done']);
  });

  it('answers its callers in the order in which they came', async () => {
    const { database, end } = committer();
    const answered: number[] = [];
    for (const value of [1, 2, 3]) void database.commit([write(value)]).then(() => answered.push(value));
    await soon();
    await end(0);
    expect(answered).toEqual([1, 2, 3]);
  });

  it('holds at most so many rows; a larger call still goes whole', async () => {
    const { database, rowsOf, end } = committer({ rowsPerCommit: 3 });
    for (const rows of [[1, 2], [3], [4], [5, 6, 7, 8], [9]])
      void database.commit(rows.map((value) => write(value)));
    await soon();
    for (let batch = 0; batch < 4; batch++) await end(batch);
    expect([0, 1, 2, 3].map(rowsOf)).toEqual([[1, 2, 3], [4], [5, 6, 7, 8], [9]]);
  });

  it('tells how many calls and rows it had', async () => {
    const told: [number, number][] = [];
    const { database, end } = committer({ onCommit: (calls, rows) => told.push([calls, rows]) });
    void database.commit([write(1), write(2)]);
    void database.commit([write(3)]);
    await soon();
    await end(0);
    expect(told).toEqual([[2, 3]]);
  });
});

describe('a commit that fails', () => {
  it('fails everybody who waits, those definitely, and the lineage changes before anybody hears of it', async () => {
    const { database, batchCount, end } = committer();
    let lineageHeard = -1;
    const lost = database.commit([write(1)]).catch((error: Unavailable) => {
      lineageHeard = database.lineage;
      return error;
    });
    await soon();
    const waiting = watch(database.commit([write(2)]));
    const before = database.lineage;
    await end(0, new Unavailable('gone', { indefinite: true }));
    expect((await lost)?.indefinite).toBe(true);
    expect(lineageHeard).not.toBe(before);
    expect(waiting.now).toMatchObject({ name: 'Unavailable', indefinite: false });
    expect(batchCount(), 'what rested on the lost one is never written').toBe(1);
  });

  it('for a reason nobody knows is indefinite', async () => {
    const { database, end } = committer();
    const lost = watch(database.commit([write(1)]));
    await soon();
    await end(0, new Error('socket closed'));
    expect(lost.now).toMatchObject({ name: 'Unavailable', indefinite: true });
  });

  it('because somebody else was first says so to a lone caller, and not to those who only shared it', async () => {
    const { database, end } = committer();
    const lone = watch(database.commit([write(1)]));
    await soon();
    await end(0, new Conflict('taken'));
    expect(lone.now).toBeInstanceOf(Conflict);
    const shared = [2, 3].map((value) => watch(database.commit([write(value)])));
    await soon();
    await end(1, new Conflict('taken'));
    for (const { now } of shared) {
      expect(now).toMatchObject({ name: 'Unavailable', indefinite: false });
    }
  });

  it('does not stop the next', async () => {
    const { database, rowsOf, end } = committer();
    void database.commit([write(1)]).catch(() => undefined);
    await soon();
    await end(0, new Unavailable('gone'));
    const next = watch(database.commit([write(2)]));
    await soon();
    expect(rowsOf(1)).toEqual([2]);
    await end(1);
    expect(next.now).toBe('done');
    expect(database.lineage).toBe(1);
  });
});

describe('waiting', () => {
  it('is bounded: past the limit a commit is refused, definitely, and nothing else is lost', async () => {
    const { database, end } = committer({ rowsWaiting: 3 });
    const within = watch(database.commit([write(1), write(2), write(3)]));
    const over = watch(database.commit([write(4)]));
    await soon();
    expect(over.now).toMatchObject({ name: 'Unavailable', indefinite: false });
    await end(0);
    expect(within.now).toBe('done');
    const again = watch(database.commit([write(5)]));
    await soon();
    await end(1);
    expect(again.now).toBe('done');
    expect(database.lineage).toBe(0);
  });

  it('settled: resolves when everything asked for so far has ended, well or not, and not before', async () => {
    const { database, end } = committer();
    await database.settled();
    void database.commit([write(1)]).catch(() => undefined);
    await soon();
    const settled = watch(database.settled());
    await soon();
    expect(settled.now).toBe('open');
    await end(0, new Unavailable('gone'));
    expect(settled.now).toBe('done');
  });
});

it('rows of a kind are written together, and every table sees its rows in the order given', async () => {
  const kinds = [HOLD, kind('sale'), kind('sale', 'delete'), kind('seat_move')];
  const writes = fc.array(fc.record({ kind: fc.constantFrom(...kinds) }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.array(writes, { minLength: 1, maxLength: 5 }), async (calls) => {
      let value = 0;
      const numbered = calls.map((call) => call.map(({ kind: of }): Write => ({ kind: of, row: [value++] })));
      const { database, runsOf, end } = committer();
      for (const call of numbered) void database.commit(call);
      await soon();
      await end(0);
      const runs = runsOf(0) ?? [];
      for (const table of ['hold', 'sale', 'seat_move']) {
        const given = numbered.flat().filter((each) => each.kind.table === table);
        const written = runs
          .filter((run) => run.kind.table === table)
          .flatMap((run) => run.rows.map((row) => ({ kind: run.kind, row })));
        expect(written).toEqual(given);
      }
      expect(runs.filter((run) => run.kind === HOLD).length).toBeLessThanOrEqual(1);
    }),
  );
});
