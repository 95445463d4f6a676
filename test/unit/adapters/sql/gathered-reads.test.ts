import { expect, it } from 'vitest';
import type { Row } from '../../../../src/adapters/sql/database.ts';
import { gatheredReads } from '../../../../src/adapters/sql/gathered-reads.ts';
import { Unavailable } from '../../../../src/core/unavailable.ts';

interface Coin {
  purse: number;
  worth: number;
}

/** A table that answers when it is told to. */
function slowTable(rows: readonly Coin[]) {
  const statements: { keys: Row; answer(): void; fail(): void }[] = [];
  const query = <R>(sql: string, keys: Row = []) => {
    expect(sql).toBe(`SELECT * FROM coin WHERE purse IN (${keys.map(() => '?').join(', ')}) ORDER BY worth`);
    return new Promise<R[]>((resolve, reject) => {
      statements.push({
        keys,
        answer: () => resolve(rows.filter(({ purse }) => keys.includes(purse)) as R[]),
        fail: () => reject(new Unavailable('gone')),
      });
    });
  };
  const read = gatheredReads<Coin>(
    { query },
    { select: 'SELECT * FROM coin WHERE purse', orderBy: 'worth', keyOf: ({ purse }) => purse },
  );
  return { read, statements };
}

const COINS = [
  { purse: 1, worth: 5 },
  { purse: 1, worth: 10 },
  { purse: 3, worth: 1 },
];

it('who asks in one turn shares a statement, and gets the rows of his own key', async () => {
  const { read, statements } = slowTable(COINS);
  const asked = [1, 2, 3, 1].map(read);
  await Promise.resolve();
  expect(statements.map(({ keys }) => keys)).toEqual([[1, 2, 3, 3]]);
  statements[0]?.answer();
  const [one, two, three, again] = await Promise.all(asked);
  expect(one).toEqual([COINS[0], COINS[1]]);
  expect(two).toEqual([]);
  expect(three).toEqual([COINS[2]]);
  expect(again).toEqual(one);
});

it('whoever asks later is in a statement that is sent later', async () => {
  const { read, statements } = slowTable(COINS);
  const turns = [];
  for (const key of [1, 2, 3, 1]) {
    turns.push(read(key));
    await new Promise(setImmediate);
  }
  expect(statements.map(({ keys }) => keys)).toEqual([[1], [2]]);
  for (const { answer } of statements) answer();
  await Promise.all(turns.slice(0, 2));
  expect(statements.map(({ keys }) => keys)).toEqual([[1], [2], [3, 1]]);
  statements[2]?.answer();
  expect((await Promise.all(turns)).map((rows) => rows.length)).toEqual([2, 0, 1, 2]);
});

it('a statement that fails fails those who share it, and nobody after them', async () => {
  const { read, statements } = slowTable(COINS);
  const lost = [read(1), read(2)];
  await Promise.resolve();
  statements[0]?.fail();
  for (const each of lost) await expect(each).rejects.toThrow(Unavailable);
  const next = read(3);
  await Promise.resolve();
  statements[1]?.answer();
  expect(await next).toEqual([COINS[2]]);
});
