import { assert } from '../../../core/assert.ts';
import type { Row, SqlValue } from '../database.ts';
import type { ColumnType } from '../write-kind.ts';

/** As PostgreSQL knows the types of elements: bigint, text, float8. */
const ELEMENTS: Readonly<Record<ColumnType, number>> = { int: 20, text: 25, real: 701 };
const HEAD_BYTES = 20;
const NUMBER_BYTES = 8;
const NULL_LENGTH = -1;
const TWO_TO_32 = 2 ** 32;
/** Shorter texts are written faster letter by letter than by a call. */
const SHORT = 24;
const FIRST_SIZE = 64 * 1_024;

/** Where an array is written before its length is known. Whoever writes is alone: nothing here waits. */
let scratch = Buffer.allocUnsafe(FIRST_SIZE);

/**
 * One column of the rows as PostgreSQL takes an array in its binary format: neither side writes numbers as text or looks for
 * quotes, which for rows with JSON in them costs more than all else about them.
 */
export function binaryArray(type: ColumnType, rows: readonly Row[], place: number): Buffer {
  let hasNull = 0;
  let at = HEAD_BYTES;
  for (const row of rows) {
    const value = row[place] ?? null;
    if (value === null) {
      makeRoom(at, 4);
      at = scratch.writeInt32BE(NULL_LENGTH, at);
      hasNull = 1;
    } else at = type === 'text' ? writeText(String(value), at) : writeNumber(type, value, at);
  }
  scratch.writeInt32BE(1, 0);
  scratch.writeInt32BE(hasNull, 4);
  scratch.writeInt32BE(ELEMENTS[type], 8);
  scratch.writeInt32BE(rows.length, 12);
  scratch.writeInt32BE(1, 16);
  return Buffer.from(scratch.subarray(0, at));
}

function writeText(text: string, at: number): number {
  const start = at + 4;
  // A unit of UTF-16 is at most three bytes of UTF-8.
  makeRoom(at, 4 + 3 * text.length);
  const length = writeShort(text, start) ?? scratch.write(text, start);
  scratch.writeInt32BE(length, at);
  return start + length;
}

/** Undefined when it is not short, or not all ASCII. */
function writeShort(text: string, start: number): number | undefined {
  if (text.length > SHORT) return undefined;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127) return undefined;
    scratch[start + index] = code;
  }
  return text.length;
}

function writeNumber(type: 'int' | 'real', value: NonNullable<SqlValue>, at: number): number {
  makeRoom(at, 4 + NUMBER_BYTES);
  const start = scratch.writeInt32BE(NUMBER_BYTES, at);
  const number = Number(value);
  if (type === 'real') return scratch.writeDoubleBE(number, start);
  if (!Number.isSafeInteger(number)) assert(false, `${value} is written where a whole number belongs`);
  const high = Math.floor(number / TWO_TO_32);
  return scratch.writeUInt32BE(number - high * TWO_TO_32, scratch.writeInt32BE(high, start));
}

function makeRoom(at: number, bytes: number): void {
  if (at + bytes <= scratch.length) return;
  const larger = Buffer.allocUnsafe(Math.max(2 * scratch.length, at + bytes));
  scratch.copy(larger, 0, 0, at);
  scratch = larger;
}
