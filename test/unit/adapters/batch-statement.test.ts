import { describe, expect, it } from 'vitest';
import type { WriteRun } from '../../../src/adapters/sql/database.ts';
import { inLockOrder } from '../../../src/adapters/sql/lock-order.ts';
import { packetsOf } from '../../../src/adapters/sql/mysql/run-text.ts';
import { arrayLiteral } from '../../../src/adapters/sql/postgres/array-literal.ts';
import { batchStatements } from '../../../src/adapters/sql/postgres/batch-statement.ts';
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
    expect(statements.map(({ values }) => values)).toEqual([['{1,2}', '{"HELD","HELD"}', '{7}']]);
    expect(statements[0]?.text).toContain('unnest($3::bigint[])');
  });

  it('follow each other where a key comes twice or a table has several runs', () => {
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
    ]).map((statement) => statement.values);
    expect(values).toEqual([
      ['{1,2}', '{"HELD","HELD"}', '{7}'],
      ['{1}', '{"PAYING"}'],
      ['{1}', '{"RELEASED"}'],
      ['{2}', '{"RELEASED"}'],
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
    expect(statement?.values).toEqual(['{1,2}', '{"HELD","HELD"}', 2]);
  });
});

it('an array keeps quotes, backslashes, commas, braces, nothing and null apart', () => {
  const values = ['a"b', 'c\\d', 'e,{f}', '', null, 'null', '한글'];
  expect(arrayLiteral('text', values)).toBe('{"a\\"b","c\\\\d","e,{f}","",NULL,"null","한글"}');
  expect(arrayLiteral('real', [1.5, null, -2])).toBe('{1.5,NULL,-2}');
});

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
