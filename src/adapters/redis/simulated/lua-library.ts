import {
  LuaError,
  type LuaFunction,
  LuaTable,
  type LuaValue,
  numberIn,
  numeral,
  tableIn,
  toNumber,
  toText,
  typeOf,
} from './lua-value.ts';

type Functions = Record<string, LuaFunction>;

/** The part of Lua's library that our scripts use; what is not here is an error, as an unknown name is. */
export function luaLibrary(redis: LuaTable): Map<string, LuaValue> {
  return new Map<string, LuaValue>([
    ...Object.entries(BASE),
    ['string', tableOf(STRING)],
    ['table', tableOf(TABLE)],
    ['math', tableOf(MATH)],
    ['redis', redis],
  ]);
}

export function tableOf(functions: Functions): LuaTable {
  const table = new LuaTable();
  for (const [name, each] of Object.entries(functions)) table.set(name, each);
  return table;
}

const BASE: Functions = {
  tonumber: (value) => [numberIn(value)],
  tostring: (value) => [typeof value === 'number' ? numeral(value) : String(value ?? 'nil')],
  type: (value) => [typeOf(value)],
  unpack: (list, from = 1, to = tableIn(list).length) => {
    const values: LuaValue[] = [];
    for (let at = toNumber(from); at <= toNumber(to); at++) values.push(tableIn(list).get(at));
    return values;
  },
  ipairs: (list) => [nextOfList, list, 0],
  pairs: (table) => {
    const entries = tableIn(table).entries();
    return [() => entries.next().value ?? [undefined]];
  },
};

function nextOfList(list: LuaValue, at: LuaValue): LuaValue[] {
  const next = toNumber(at) + 1;
  const value = tableIn(list).get(next);
  return value === undefined ? [undefined] : [next, value];
}

const STRING: Functions = {
  sub: (text, from, to = -1) => {
    const { length } = toText(text);
    const start = fromEnd(toNumber(from), length);
    const end = fromEnd(toNumber(to), length);
    return [toText(text).slice(Math.max(start, 1) - 1, Math.max(Math.min(end, length), 0))];
  },
  byte: (text, at = 1) => {
    const code = toText(text).charCodeAt(fromEnd(toNumber(at), toText(text).length) - 1);
    return Number.isNaN(code) ? [] : [code];
  },
  format: (format, ...values) => [formatted(toText(format), values)],
  find: (text, sought, init, plain) => {
    if (plain !== true || init !== 1) throw new LuaError('string.find is only for plain text from the start');
    const at = toText(text).indexOf(toText(sought));
    return at < 0 ? [undefined] : [at + 1, at + toText(sought).length];
  },
  match: (text, pattern) => {
    const found = expressionOf(toText(pattern)).exec(toText(text));
    return found ? captures(found) : [undefined];
  },
  gmatch: (text, pattern) => {
    const found = toText(text).matchAll(new RegExp(expressionOf(toText(pattern)), 'gs'));
    return [
      () => {
        const { value } = found.next();
        return value ? captures(value) : [undefined];
      },
    ];
  },
};

const TABLE: Functions = {
  concat: (list, separator = '') => [tableIn(list).list.map(toText).join(toText(separator))],
};

const MATH: Functions = {
  floor: (number) => [Math.floor(toNumber(number))],
  max: (...numbers) => [Math.max(...numbers.map(toNumber))],
  min: (...numbers) => [Math.min(...numbers.map(toNumber))],
};

/** A place in a text of `length`, counted from 1; below zero from its end. */
function fromEnd(place: number, length: number): number {
  return place < 0 ? length + place + 1 : place;
}

/** As C's printf, for what our scripts ask of it. `%d` and `%.0f` cut to a whole number differently. */
function formatted(format: string, values: readonly LuaValue[]): string {
  let at = 0;
  return format.replace(
    /%(0?)(\d*)(?:\.(\d+))?([a-zA-Z%])/g,
    (_, zero: string, width: string, digits, kind) => {
      if (kind === '%') return '%';
      const value = values[at++];
      let text: string;
      if (kind === 's') text = toText(value);
      else if (kind === 'd') text = BigInt(Math.trunc(toNumber(value))).toString();
      else if (kind === 'f') text = toNumber(value).toFixed(digits === undefined ? 6 : Number(digits));
      else throw new LuaError(`string.format does not know %${kind}`);
      return text.padStart(Number(width), zero || ' ');
    },
  );
}

const CLASSES: Readonly<Record<string, string>> = {
  d: '0-9',
  a: 'A-Za-z',
  x: '0-9A-Fa-f',
  w: '0-9A-Za-z',
  s: '\\s',
};
const expressions = new Map<string, RegExp>();

/** Lua's pattern as a regular expression, for the signs that mean the same in both once they are spelled out. */
function expressionOf(pattern: string): RegExp {
  const known = expressions.get(pattern);
  if (known) return known;
  let source = '';
  let isInSet = false;
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern[at] as string;
    if (sign === '%') {
      const next = pattern[++at] as string;
      const members = CLASSES[next];
      if (members === undefined && /\w/.test(next))
        throw new LuaError(`a pattern with %${next} is not known here`);
      if (members === undefined) source += `\\${next}`;
      else source += isInSet ? members : `[${members}]`;
      continue;
    }
    if (sign === '[') isInSet = true;
    if (sign === ']') isInSet = false;
    if (sign === '-' && !isInSet) source += '*?';
    else source += '\\|{}/'.includes(sign) ? `\\${sign}` : sign;
  }
  const expression = new RegExp(source, 's');
  expressions.set(pattern, expression);
  return expression;
}

/** What the brackets caught; without brackets all of it. */
function captures(found: RegExpExecArray | RegExpMatchArray): LuaValue[] {
  return found.length > 1 ? [...found].slice(1) : [found[0]];
}
