/**
 * What Lua 5.1 computes with, as Redis runs it: every number is a double, every string is bytes, here one character of
 * a JavaScript string for each byte.
 */
export type LuaValue = undefined | boolean | number | string | LuaTable | LuaFunction;
export type LuaFunction = (...args: LuaValue[]) => LuaValue[];

/** A mistake in a script, or in what it was given; Redis answers it as an error. */
export class LuaError extends Error {
  override name = 'LuaError';
}

export class LuaTable {
  /** Elements 1, 2, 3, … without a gap. */
  readonly list: LuaValue[] = [];
  readonly #rest = new Map<LuaValue, LuaValue>();

  static of(values: readonly LuaValue[]): LuaTable {
    const table = new LuaTable();
    for (const [index, value] of values.entries()) table.set(index + 1, value);
    return table;
  }

  get length(): number {
    return this.list.length;
  }

  get(key: LuaValue): LuaValue {
    if (typeof key === 'number' && key >= 1 && key <= this.list.length) return this.list[key - 1];
    return this.#rest.get(key);
  }

  set(key: LuaValue, value: LuaValue): void {
    if (key === undefined) throw new LuaError('table index is nil');
    const { list } = this;
    if (typeof key === 'number' && key >= 1 && key <= list.length + 1 && Number.isInteger(key)) {
      this.#setInList(key, value);
    } else if (value === undefined) this.#rest.delete(key);
    else this.#rest.set(key, value);
  }

  *entries(): Generator<[LuaValue, LuaValue]> {
    for (const [index, value] of this.list.entries()) yield [index + 1, value];
    yield* this.#rest.entries();
  }

  #setInList(key: number, value: LuaValue): void {
    const { list } = this;
    if (value === undefined) {
      // Whatever stood behind it is no longer without a gap.
      for (let behind = list.length; behind > key; behind--) this.#rest.set(behind, list.pop());
      if (key === list.length) list.pop();
      return;
    }
    list[key - 1] = value;
    for (let next = list.length + 1; this.#rest.has(next); next++) {
      list.push(this.#rest.get(next));
      this.#rest.delete(next);
    }
  }
}

export function isTrue(value: LuaValue): boolean {
  return value !== undefined && value !== false;
}

export function typeOf(value: LuaValue): string {
  if (value === undefined) return 'nil';
  if (value instanceof LuaTable) return 'table';
  return typeof value;
}

const NUMERAL = /^\s*[-+]?(0x[\da-f]+|(\d+\.?\d*|\.\d+)(e[-+]?\d+)?)\s*$/i;

/** A number, or text that reads as one. */
export function numberIn(value: LuaValue): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && NUMERAL.test(value) ? Number(value) : undefined;
}

export function toNumber(value: LuaValue): number {
  const number = numberIn(value);
  if (number === undefined) throw new LuaError(`attempt to perform arithmetic on a ${typeOf(value)} value`);
  return number;
}

/** As C's `%.14g`, which is how Lua 5.1 writes a number: long ones lose digits. */
export function numeral(number: number): string {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? 'nan' : number > 0 ? 'inf' : '-inf';
  const [digits = '0', exponent = '0'] = number.toExponential(13).split('e');
  const power = Number(exponent);
  if (power >= -5 && power < 14) return `${Number(number.toPrecision(14))}`;
  const short = `${Number(digits)}`;
  return `${short}e${power < 0 ? '-' : '+'}${`${Math.abs(power)}`.padStart(2, '0')}`;
}

/** Text, or a number that becomes text. */
export function toText(value: LuaValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numeral(value);
  throw new LuaError(`string expected, got ${typeOf(value)}`);
}

export function tableIn(value: LuaValue): LuaTable {
  if (value instanceof LuaTable) return value;
  throw new LuaError(`attempt to index a ${typeOf(value)} value`);
}
