import type { Database, Row } from './database.ts';

/** In one statement. */
const KEYS_AT_ONCE = 256;
/** Statements under way: the second is on its way while the answer to the first comes back. */
const READS_AT_ONCE = 2;

interface Asked<R> {
  key: string | number;
  resolve(rows: R[]): void;
  reject(error: unknown): void;
}

export interface GatheredReads<R> {
  /** Ends before the values of its last column: `SELECT … WHERE order_id`. */
  select: string;
  /** Values of the marks before that column. */
  given?: Row;
  /** How rows of one key are ordered, if there are several: `number`. */
  orderBy?: string;
  keyOf(row: R): string | number;
}

/**
 * Reads rows by their key. All who ask while statements are under way share the next one, since a way to the server and
 * back costs more than a row. Whoever asks sees at least what was committed before; keys that nothing has get no rows.
 */
export function gatheredReads<R>(
  database: Pick<Database, 'query'>,
  { select, given = [], orderBy, keyOf }: GatheredReads<R>,
): (key: string | number) => Promise<R[]> {
  const waiting: Asked<R>[] = [];
  let underWay = 0;
  const end = orderBy === undefined ? '' : ` ORDER BY ${orderBy}`;

  const read = async (asked: readonly Asked<R>[]) => {
    const keys = [...new Set(asked.map(({ key }) => key))];
    // Few lengths make few statements to prepare: the last key stands for those that are missing.
    while (!isPowerOfTwo(keys.length)) keys.push(keys.at(-1) as string | number);
    const marks = keys.map(() => '?').join(', ');
    try {
      const rows = await database.query<R>(`${select} IN (${marks})${end}`, [...given, ...keys]);
      const byKey = new Map<string | number, R[]>();
      for (const row of rows) {
        const ofKey = byKey.get(keyOf(row));
        if (ofKey) ofKey.push(row);
        else byKey.set(keyOf(row), [row]);
      }
      for (const { key, resolve } of asked) resolve(byKey.get(key) ?? []);
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  };

  const next = () => {
    while (waiting.length > 0 && underWay < READS_AT_ONCE) {
      underWay++;
      void read(waiting.splice(0, KEYS_AT_ONCE)).then(() => {
        underWay--;
        next();
      });
    }
  };

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      // Who asks in the same turn is in the same statement.
      if (waiting.length === 1) queueMicrotask(next);
    });
}

function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
}
