import { describe, expect, it } from 'vitest';
import { independentCommitter } from '../../../src/adapters/sql/commits/independent-committer.ts';
import type { Write } from '../../../src/adapters/sql/database.ts';
import { Conflict } from '../../../src/core/conflict.ts';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { recordingConnection } from './recording-connection.ts';

const soon = () => new Promise(setImmediate);
const write = (value: number): Write => ({
  kind: { write: 'insert', table: 'sale', columns: { seat_id: 'int' } },
  row: [value],
});

function committer(options: Parameters<typeof independentCommitter>[1] = {}) {
  const { connection, batches } = recordingConnection();
  const database = independentCommitter(connection, options);
  return {
    database,
    batches,
    commit: (...values: number[]) => outcome(database.commit(values.map(write))),
    valuesOf: (batch: number) => batches[batch]?.runs.flatMap(({ rows }) => rows.map(([value]) => value)),
    async end(batch: number, error?: Error) {
      batches[batch]?.end(error);
      await soon();
    },
  };
}

function outcome(promise: Promise<void>) {
  const state: { now: 'open' | 'done' | Error } = { now: 'open' };
  promise.then(
    () => {
      state.now = 'done';
    },
    (error: Error) => {
      state.now = error;
    },
  );
  return state;
}

describe('a commit among strangers', () => {
  it('takes everything of one turn, and does not wait for the one before', async () => {
    const { commit, valuesOf, end } = committer({ atOnce: 2 });
    const first = commit(1);
    commit(2);
    await soon();
    const second = commit(3);
    await soon();
    expect([valuesOf(0), valuesOf(1)]).toEqual([[1, 2], [3]]);
    await end(1);
    expect([first.now, second.now]).toEqual(['open', 'done']);
  });

  it('waits while as many transactions are under way as may be', async () => {
    const { commit, valuesOf, batches, end } = committer({ atOnce: 1 });
    commit(1);
    await soon();
    commit(2);
    commit(3);
    await soon();
    expect(batches).toHaveLength(1);
    await end(0);
    expect(valuesOf(1)).toEqual([2, 3]);
  });

  it('that is refused for a Conflict is told so alone: the others are written', async () => {
    const { commit, valuesOf, end } = committer({ atOnce: 1 });
    const calls = [commit(1), commit(2, 22), commit(3), commit(4)];
    await soon();
    await end(0, new Conflict('taken'));
    expect(valuesOf(1)).toEqual([1, 2, 22]);
    await end(1, new Conflict('taken'));
    await end(2);
    expect(valuesOf(3), 'the writes of one call stay together').toEqual([2, 22]);
    await end(3, new Conflict('taken'));
    expect(valuesOf(4)).toEqual([3, 4]);
    await end(4);
    expect(calls.map(({ now }) => now)).toEqual(['done', expect.any(Conflict), 'done', 'done']);
  });

  it('fails with its batch when the ledger is away, and the next is tried', async () => {
    const { commit, end, database } = committer({ atOnce: 1 });
    const calls = [commit(1), commit(2)];
    await soon();
    await end(0, new Error('socket closed'));
    for (const { now } of calls) expect(now).toMatchObject({ name: 'Unavailable', indefinite: true });
    expect(database.lineage).toBe(0);
    const next = commit(3);
    await soon();
    await end(1);
    expect(next.now).toBe('done');
  });

  it('is bounded: past the limit it is refused, definitely', async () => {
    const { commit } = committer({ rowsWaiting: 2, atOnce: 1 });
    commit(1, 2);
    const over = commit(3);
    await soon();
    expect(over.now).toBeInstanceOf(Unavailable);
    expect(over.now).toMatchObject({ indefinite: false });
  });

  it('settled: resolves when everything asked for so far has ended, well or not', async () => {
    const { commit, end, database } = committer({ atOnce: 2 });
    commit(1);
    await soon();
    commit(2);
    await soon();
    const settled = outcome(database.settled());
    await end(1, new Unavailable('gone'));
    expect(settled.now).toBe('open');
    await end(0);
    expect(settled.now).toBe('done');
  });
});
