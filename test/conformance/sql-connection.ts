import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupCommitter } from '../../src/adapters/sql/commits/group-committer.ts';
import type { SqlConnection, WriteRun } from '../../src/adapters/sql/database.ts';
import { sqlHoldHistory } from '../../src/adapters/sql/seats/hold-history.ts';
import type { Upsert, WriteKind } from '../../src/adapters/sql/write-kind.ts';
import { Conflict } from '../../src/core/conflict.ts';
import type { SqlLedger } from '../backends/sql-ledgers.ts';

const COUNTER: Omit<Upsert, 'update'> = {
  write: 'upsert',
  table: 'counter',
  columns: { name: 'text', value: 'int' },
  key: ['name'],
};
const REPLACE: WriteKind = { ...COUNTER, update: { value: 'replace' } };
const ADD: WriteKind = { ...COUNTER, update: { value: 'add' } };
const MAXIMUM: WriteKind = { ...COUNTER, update: { value: 'maximum' } };
const KEEP: WriteKind = { ...COUNTER, update: {} };
const INSERT: WriteKind = { ...COUNTER, write: 'insert' };
const REMOVE: WriteKind = { write: 'delete', table: 'counter', columns: { name: 'text', value: 'int' } };
const GROW: WriteKind = { ...COUNTER, update: { value: 'replace' }, guard: { value: 'grows' } };
const MUST_GROW: WriteKind = { ...GROW, mustApply: true };
const MUST_BE: WriteKind = { ...MUST_GROW, guard: { value: 'same' } };
const ADD_MESSAGE: WriteKind = {
  write: 'insert',
  table: 'outbox',
  columns: { message_id: 'text', topic: 'text', message_key: 'text', body_json: 'text', created_at: 'int' },
};
const ADD_SEAT: WriteKind = {
  write: 'insert',
  table: 'seat',
  columns: {
    seat_id: 'int',
    event_id: 'int',
    number: 'text',
    section: 'text',
    type: 'text',
    price: 'int',
    x: 'real',
    y: 'real',
    blocked: 'int',
    created_at: 'int',
  },
};

interface Open {
  connection: SqlConnection;
  another(): SqlConnection;
  /** A counter's name that no other test has. */
  name: string;
  value(name?: string): Promise<number | undefined>;
  put(kind: WriteKind, ...values: number[]): Promise<void>;
}

/** What every SQL connection does with what every store asks of it. */
export function sqlConnectionConformance(ledgers: readonly SqlLedger[]): void {
  describe.each(ledgers)('SqlConnection on $name', (ledger) => {
    let started: Awaited<ReturnType<SqlLedger['start']>> | undefined;
    let names = 0;
    beforeAll(async () => {
      started = await ledger.start();
    });
    afterAll(() => started?.stop());
    const open = (): Open => {
      if (!started) throw new Error(`${ledger.name} has not started`);
      const { connection, another } = started;
      const name = `counter ${++names}`;
      return {
        connection,
        another,
        name,
        async value(of = name) {
          const sql = 'SELECT value FROM counter WHERE name = ?';
          return (await connection.query<{ value: number }>(sql, [of]))[0]?.value;
        },
        put: (kind, ...values) => connection.transact([{ kind, rows: values.map((value) => [name, value]) }]),
      };
    };
    writing(open);
    refusing(open);
    keeping(open);
    deciding(open);
    locking(open);
  });
}

function writing(open: () => Open): void {
  it.each([
    ['replaces', REPLACE, 4],
    ['adds', ADD, 9],
    ['keeps the maximum', MAXIMUM, 5],
    ['keeps what is there', KEEP, 5],
    ['lets it grow only', GROW, 5],
  ] as const)('an upsert %s', async (_what, kind, expected) => {
    const { put, value } = open();
    await put(kind, 5);
    await put(kind, 4);
    expect(await value()).toBe(expected);
  });

  it.each([
    ['replaces', REPLACE, 2],
    ['adds', ADD, 13],
    ['keeps the maximum', MAXIMUM, 8],
    ['keeps what is there', KEEP, 3],
    ['must grow', MUST_GROW, undefined],
  ] as const)(
    'an upsert %s when a key comes again in one commit, in order',
    async (_what, kind, expected) => {
      const { put, value } = open();
      const written = put(kind, 3, 8, 2);
      if (expected === undefined) await expect(written).rejects.toThrow(Conflict);
      else await written;
      expect(await value()).toBe(expected);
    },
  );

  it('runs on one table keep their order, whatever stands between', async () => {
    const { connection, name, value } = open();
    const row = (number: number) => [name, number] as const;
    const runs: WriteRun[] = [
      { kind: INSERT, rows: [row(1)] },
      { kind: ADD_MESSAGE, rows: [[`${name} a`, 't', 'k', '{}', 1]] },
      { kind: REMOVE, rows: [row(1)] },
      { kind: INSERT, rows: [row(2)] },
      { kind: ADD, rows: [row(5)] },
    ];
    await connection.transact(runs);
    expect(await value()).toBe(7);
  });

  it('a delete removes the rows that equal, and no others', async () => {
    const { connection, name, value } = open();
    const rows = [1, 2, 3].map((number) => [`${name} ${number}`, number] as const);
    await connection.transact([{ kind: REPLACE, rows }]);
    await connection.transact([
      {
        kind: REMOVE,
        rows: [
          [`${name} 1`, 1],
          [`${name} 2`, 99],
          [`${name} 3`, 3],
        ],
      },
    ]);
    expect([await value(`${name} 1`), await value(`${name} 2`), await value(`${name} 3`)]).toEqual([
      ...[undefined, 2, undefined],
    ]);
  });

  it('rows of an insert get their positions in the order given, thousands at once', async () => {
    const { connection, name } = open();
    const ids = Array.from({ length: 5_000 }, (_, index) => `${name} ${index}`);
    await connection.transact([{ kind: ADD_MESSAGE, rows: ids.map((id) => [id, name, 'k', '{}', 1]) }]);
    const found = await connection.query<{ message_id: string }>(
      'SELECT message_id FROM outbox WHERE topic = ? ORDER BY position',
      [name],
    );
    expect(found.map(({ message_id }) => message_id)).toEqual(ids);
  });

  it('nothing to write is written', async () => {
    const { connection, value } = open();
    await connection.transact([]);
    expect(await value()).toBeUndefined();
  });
}

function refusing(open: () => Open): void {
  it('a key that is taken is a Conflict, and nothing of the commit is written', async () => {
    const { connection, name, value, put } = open();
    await put(INSERT, 1);
    const runs: WriteRun[] = [
      { kind: ADD_MESSAGE, rows: [[`${name} m`, name, 'k', '{}', 1]] },
      {
        kind: INSERT,
        rows: [
          [`${name} other`, 1],
          [name, 2],
        ],
      },
    ];
    await expect(connection.transact(runs)).rejects.toThrow(Conflict);
    expect([await value(), await value(`${name} other`)]).toEqual([1, undefined]);
    expect(await connection.query('SELECT topic FROM outbox WHERE topic = ?', [name])).toEqual([]);
  });

  it('a row that must apply and is refused by its guard is a Conflict, and nothing is written', async () => {
    const { connection, name, value, put } = open();
    await put(REPLACE, 5);
    const runs: WriteRun[] = [
      {
        kind: MUST_GROW,
        rows: [
          [`${name} new`, 1],
          [name, 5],
        ],
      },
      { kind: ADD_MESSAGE, rows: [[`${name} m`, name, 'k', '{}', 1]] },
    ];
    await expect(connection.transact(runs)).rejects.toThrow(Conflict);
    expect([await value(), await value(`${name} new`)]).toEqual([5, undefined]);
    expect(await connection.query('SELECT topic FROM outbox WHERE topic = ?', [name])).toEqual([]);
    await put(MUST_GROW, 6);
    expect(await value()).toBe(6);
  });

  it('a row that must apply and stays as it is has applied', async () => {
    const { put, value } = open();
    await put(REPLACE, 5);
    await put(MUST_BE, 5);
    await expect(put(MUST_BE, 4)).rejects.toThrow(Conflict);
    expect(await value()).toBe(5);
  });

  it('goes on after a refusal', async () => {
    const { put, value } = open();
    await put(INSERT, 1);
    for (let again = 0; again < 15; again++) await expect(put(INSERT, 2)).rejects.toThrow(Conflict);
    await put(ADD, 1);
    expect(await value()).toBe(2);
  });
}

function keeping(open: () => Open): void {
  it('text as it was: letters of either case, blanks at the end, quotes, backslashes, any script', async () => {
    const { connection, name } = open();
    const texts = [
      'a',
      'A',
      'a ',
      ' a',
      'o\'h"a',
      'b\\n',
      'b\n',
      '50%_',
      '?',
      '$1',
      '',
      '올림픽홀',
      'é',
      'e\u0301',
      '🎫',
    ];
    const rows = texts.map((text, index) => [`${name}${text}`, name, text, JSON.stringify(text), index]);
    await connection.transact([{ kind: ADD_MESSAGE, rows }]);
    await connection.transact([
      { kind: REPLACE, rows: texts.map((text, index) => [`${name}${text}`, index]) },
    ]);
    for (const [index, text] of texts.entries()) {
      const [message] = await connection.query<{ message_key: string; body_json: string }>(
        'SELECT message_key, body_json FROM outbox WHERE message_id = ?',
        [`${name}${text}`],
      );
      expect(message).toEqual({ message_key: text, body_json: JSON.stringify(text) });
      const [counter] = await connection.query('SELECT value FROM counter WHERE name = ?', [
        `${name}${text}`,
      ]);
      expect(counter).toEqual({ value: index });
    }
  });

  it('numbers as they were: whole ones up to 2^53, fractions, and nothing', async () => {
    const { connection } = open();
    const eventId = await connection.raise('events of this suite', 1);
    const { MAX_SAFE_INTEGER: largest, MIN_SAFE_INTEGER: least } = Number;
    const seatId = largest - eventId;
    const values = [seatId, eventId, 'A1', null, 'REGULAR', least, 0.1 + 0.2, -1e-7, 0, 1];
    await connection.transact([{ kind: ADD_SEAT, rows: [values] }]);
    expect(await connection.query('SELECT * FROM seat WHERE seat_id = ?', [seatId])).toMatchObject([
      {
        seat_id: seatId,
        event_id: eventId,
        section: null,
        row_name: null,
        price: least,
        x: 0.1 + 0.2,
        y: -1e-7,
      },
    ]);
    const [count] = await connection.query('SELECT count(*) AS seats FROM seat WHERE event_id = ?', [
      eventId,
    ]);
    expect(count).toEqual({ seats: 1 });
  });

  it('reads what the stores read, with the limits given as values', async () => {
    const { connection } = open();
    const history = sqlHoldHistory(groupCommitter(connection));
    expect(await history.holdsOf('nobody', { eventId: 1, liveOnly: true, limit: 5 })).toEqual([]);
  });
}

function deciding(open: () => Open): void {
  it('counts the rows of each of many texts, whatever stands in them, and those of none as none', async () => {
    const { connection, name } = open();
    const odd = [`${name} "a", {b} \\`, `${name} 'é`, `${name} NULL`, `${name} A`, `${name} a`];
    const times = [2, 1, 3, 1, 0];
    const rows = odd.flatMap((topic, index) =>
      Array.from({ length: times[index] as number }, (_, n) => [`${topic} ${n}`, topic, 'k', '{}', 1]),
    );
    await connection.transact([{ kind: ADD_MESSAGE, rows: [...rows, ['other', name, 'k', '{}', 2]] }]);
    const others = Array.from({ length: 1_200 }, (_, index) => `${name} ${index}`);
    const counted = { table: 'outbox', column: 'topic', where: 'created_at = 1' };
    const found = new Map<string, number>();
    for (const { sql, params } of connection.dialect.countEach(counted, [...others, ...odd, name]))
      for (const row of await connection.query<{ value: string; found: number }>(sql, params))
        found.set(row.value, row.found);
    expect(odd.map((text) => found.get(text) ?? 0)).toEqual(times);
    expect([...found.values()].reduce((sum, count) => sum + count)).toBe(7);
  });

  it('raise: begins at 0, adds, and gives no two callers the same', async () => {
    const { connection, another, name, value } = open();
    const other = another();
    const raised = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 ? other : connection).raise(name, 3)),
    );
    expect(raised.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => 3 * (index + 1)));
    expect(await value()).toBe(120);
  });

  it('transaction: sees its own writes, and all of them are there when it resolves', async () => {
    const { connection, name, value } = open();
    const result = await connection.transaction(async (transaction) => {
      await transaction.write([{ kind: INSERT, rows: [[name, 1]] }]);
      const changed = await transaction.change('UPDATE counter SET value = value + ? WHERE name = ?', [
        5,
        name,
      ]);
      const [row] = await transaction.query<{ value: number }>('SELECT value FROM counter WHERE name = ?', [
        name,
      ]);
      return { changed, seen: row?.value };
    });
    expect(result).toEqual({ changed: 1, seen: 6 });
    expect(await value()).toBe(6);
  });

  it('transaction: what it throws takes it back, and is thrown', async () => {
    const { connection, name, value } = open();
    const failing = connection.transaction(async (transaction) => {
      await transaction.write([{ kind: INSERT, rows: [[name, 1]] }]);
      throw new RangeError('changed my mind');
    });
    await expect(failing).rejects.toThrow(RangeError);
    expect(await value()).toBeUndefined();
  });

  it('transaction: change counts the rows it found, also those that stay as they are', async () => {
    const { connection, name, put } = open();
    await put(INSERT, 4);
    const update = 'UPDATE counter SET value = ? WHERE name = ?';
    const counts = await connection.transaction(async (transaction) => [
      await transaction.change(update, [4, name]),
      await transaction.change(update, [4, 'no such counter']),
    ]);
    expect(counts).toEqual([1, 0]);
  });

  it('reads on while a newer program adds a column to what it has read, in a transaction, too', async () => {
    const { connection, name, put } = open();
    await put(INSERT, 4);
    const sql = 'SELECT * FROM counter WHERE name = ?';
    const alone = () => connection.query(sql, [name]);
    const inside = () => connection.transaction((transaction) => transaction.query(sql, [name]));
    // So many at once that every connection knows the statement.
    const read = () => Promise.all(Array.from({ length: 20 }, () => [alone(), inside()]).flat());
    await read();
    const added = 'ALTER TABLE counter ADD COLUMN of_the_next_version BIGINT';
    await connection.transaction((transaction) => transaction.change(added));
    const found = await read();
    expect(found).toHaveLength(40);
    for (const rows of found) expect(rows).toMatchObject([{ name, value: 4 }]);
  });

  it('transaction: a Conflict in it is a Conflict of the whole', async () => {
    const { connection, name, put, value } = open();
    await put(INSERT, 1);
    const refused = connection.transaction(async (transaction) => {
      await transaction.change('UPDATE counter SET value = 2 WHERE name = ?', [name]);
      await transaction.write([{ kind: INSERT, rows: [[name, 3]] }]);
    });
    await expect(refused).rejects.toThrow(Conflict);
    expect(await value()).toBe(1);
  });

  it('transaction: rows that are read for update are nobody else’s until it ends', async () => {
    const { connection, another, name, put, value } = open();
    await put(INSERT, 0);
    const read = `SELECT value FROM counter WHERE name = ?${connection.dialect.forUpdate}`;
    const addOne = (through: SqlConnection) =>
      through.transaction(async (transaction) => {
        const [row] = await transaction.query<{ value: number }>(read, [name]);
        await new Promise(setImmediate);
        await transaction.change('UPDATE counter SET value = ? WHERE name = ?', [
          (row?.value ?? 0) + 1,
          name,
        ]);
      });
    const other = another();
    await Promise.all(Array.from({ length: 12 }, (_, index) => addOne(index % 2 ? other : connection)));
    expect(await value()).toBe(12);
  });
}

function locking(open: () => Open): void {
  it('lock: one holder at a time, of all nodes; released, the next gets it', async () => {
    const { connection, another, name } = open();
    const first = await connection.lock(name, { waitMillis: 0 });
    expect(first?.isHeld).toBe(true);
    expect(await another().lock(name, { waitMillis: 0 })).toBeUndefined();
    expect((await connection.lock(`${name} other`, { waitMillis: 0 }))?.isHeld).toBe(true);
    await first?.release();
    const second = await another().lock(name, { waitMillis: 1_000 });
    expect(second?.isHeld).toBe(true);
    await second?.release();
  });
}
