import { describe, expect, it } from 'vitest';
import type { SqlValue, WriteRun } from '../../../src/adapters/sql/database.ts';
import { inLockOrder } from '../../../src/adapters/sql/lock-order.ts';
import { packetsOf } from '../../../src/adapters/sql/mysql/run-text.ts';
import { arrayLiteral } from '../../../src/adapters/sql/postgres/array-literal.ts';
import { batchStatements } from '../../../src/adapters/sql/postgres/batch-statement.ts';
import { binaryArray } from '../../../src/adapters/sql/postgres/binary-array.ts';
import type { Upsert, WriteKind } from '../../../src/adapters/sql/write-kind.ts';

const HOLD: Upsert = {
  write: 'upsert',
  table: 'hold',
  columns: { hold_id: 'int', state: 'text' },
  key: ['hold_id'],
  update: { state: 'replace' },
};
const MOVE: WriteKind = { write: 'insert', table: 'seat_move', columns: { seat_id: 'int' } };
const UNSELL: WriteKind = { write: 'delete', table: 'sale', columns: { seat_id: 'int' } };

describe('the statements of a batch on PostgreSQL', () => {
  it('are one when every run is on another table', () => {
    const statements = batchStatements([
      {
        kind: HOLD,
        rows: [
          [1, 'HELD'],
          [2, 'HELD'],
        ],
      },
      { kind: MOVE, rows: [[7]] },
    ]);
    expect(statements.map(({ values }) => values.map(read))).toEqual([[[1, 2], ['HELD', 'HELD'], [7]]]);
    expect(statements[0]?.text).toContain('unnest($3::bigint[])');
  });

  it('follow each other where a key comes twice', () => {
    const values = batchStatements([
      {
        kind: HOLD,
        rows: [
          [1, 'HELD'],
          [2, 'HELD'],
          [1, 'PAYING'],
          [1, 'RELEASED'],
        ],
      },
      { kind: MOVE, rows: [[7]] },
      { kind: HOLD, rows: [[2, 'RELEASED']] },
    ]).map((statement) => statement.values.map(read));
    expect(values).toEqual([
      [[1, 2], ['HELD', 'HELD'], [7]],
      [
        [1, 2],
        ['PAYING', 'RELEASED'],
      ],
      [[1], ['RELEASED']],
    ]);
  });

  it('are one where kinds on a table have the same key and other rows', () => {
    const strict: Upsert = { ...HOLD, mustApply: true };
    const values = batchStatements([
      { kind: HOLD, rows: [[3, 'HELD']] },
      { kind: strict, rows: [[1, 'CONFIRMED']] },
      { kind: HOLD, rows: [[2, 'HELD']] },
    ]).map((statement) => statement.values.map(read));
    expect(values).toEqual([[[2, 3], ['HELD', 'HELD'], [1], ['CONFIRMED'], 1]]);
  });

  it('follow each other where a table is not written by one key alone', () => {
    const add: WriteKind = { write: 'insert', table: 'hold', columns: HOLD.columns };
    const values = batchStatements([
      { kind: HOLD, rows: [[1, 'HELD']] },
      { kind: add, rows: [[2, 'HELD']] },
      { kind: HOLD, rows: [[3, 'HELD']] },
    ]).map((statement) => statement.values.map(read));
    expect(values).toEqual([
      [[1], ['HELD']],
      [[2], ['HELD']],
      [[3], ['HELD']],
    ]);
  });

  it('count the rows that must apply, each run by itself', () => {
    const strict: Upsert = { ...HOLD, mustApply: true };
    const [statement] = batchStatements([
      {
        kind: strict,
        rows: [
          [1, 'HELD'],
          [2, 'HELD'],
        ],
      },
    ]);
    expect(statement?.text).toMatch(
      /RETURNING 1\) SELECT 1 \/ CASE WHEN .* = \$3::bigint THEN 1 ELSE 0 END$/,
    );
    expect(statement?.values.map(read)).toEqual([[1, 2], ['HELD', 'HELD'], 2]);
  });
});

it('an array keeps quotes, backslashes, commas and braces apart', () => {
  expect(arrayLiteral(['a"b', 'c\\d', 'e,{f}', '', '한글'])).toBe('{"a\\"b","c\\\\d","e,{f}","","한글"}');
});

it('a column is written as PostgreSQL reads an array: numbers, texts of any length, and nothing', () => {
  const texts = ['', 'a"b\\', '한글', 'é'.repeat(40), 'long '.repeat(30_000), null];
  const numbers = [0, -1, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, null];
  const column = (values: readonly SqlValue[]) => values.map((value) => [value]);
  expect(read(binaryArray('text', column(texts), 0))).toEqual(texts);
  expect(read(binaryArray('int', column(numbers), 0))).toEqual(numbers);
  expect(read(binaryArray('real', column([1.5, null, -2]), 0))).toEqual([1.5, null, -2]);
  expect(read(binaryArray('text', [], 0))).toEqual([]);
  expect(() => binaryArray('int', [[1.5]], 0)).toThrow();
});

/** An array as it came over the wire; anything else as it is. */
function read(value: Buffer | number): unknown {
  if (!Buffer.isBuffer(value)) return value;
  const element = value.readInt32BE(8);
  const count = value.readInt32BE(12);
  const values: SqlValue[] = [];
  let at = 20;
  for (let index = 0; index < count; index++) {
    const length = value.readInt32BE(at);
    at += 4;
    if (length < 0) values.push(null);
    else if (element === 20) values.push(Number(value.readBigInt64BE(at)));
    else values.push(element === 701 ? value.readDoubleBE(at) : value.toString('utf8', at, at + length));
    at += Math.max(0, length);
  }
  expect(at).toBe(value.length);
  expect(value.readInt32BE(4)).toBe(values.includes(null) ? 1 : 0);
  return values;
}

describe('the texts of a batch on MySQL', () => {
  it('hold the rows, with quotes and backslashes escaped', () => {
    expect(
      packetsOf([
        {
          kind: HOLD,
          rows: [
            [1, "O'Hara \\ 한글"],
            [2, null],
          ],
        },
      ]),
    ).toEqual([
      "INSERT INTO hold (hold_id, state) VALUES (1,'O\\'Hara \\\\ 한글'),(2,NULL) ON DUPLICATE KEY UPDATE state = IF(hold_id = VALUES(hold_id), VALUES(state), state)",
    ]);
    expect(packetsOf([{ kind: UNSELL, rows: [[1], [2]] }])).toEqual([
      'DELETE FROM sale WHERE (seat_id = 1) OR (seat_id = 2)',
    ]);
  });

  it('fit into packets', () => {
    const rows = Array.from({ length: 12 }, (_, index) => [index, 'x'.repeat(900_000)] as const);
    const packets = packetsOf([
      { kind: HOLD, rows },
      { kind: MOVE, rows: [[1]] },
    ]);
    expect(packets.length).toBeGreaterThan(1);
    expect(packets.every((packet) => packet.length < 5_000_000)).toBe(true);
    expect(packets.join(';').match(/\(\d+,'x/g)).toHaveLength(12);
  });
});

it('all nodes lock by table and key; rows of one key and of an insert keep their order', () => {
  const runs: WriteRun[] = [
    { kind: UNSELL, rows: [[9], [3]] },
    {
      kind: HOLD,
      rows: [
        [2, 'HELD'],
        [1, 'HELD'],
        [2, 'PAYING'],
      ],
    },
    { kind: MOVE, rows: [[8], [7]] },
  ];
  expect(inLockOrder(runs)).toEqual([
    {
      kind: HOLD,
      rows: [
        [1, 'HELD'],
        [2, 'HELD'],
        [2, 'PAYING'],
      ],
    },
    { kind: UNSELL, rows: [[3], [9]] },
    { kind: MOVE, rows: [[8], [7]] },
  ]);
});
