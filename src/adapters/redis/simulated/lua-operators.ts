import { isTrue, LuaError, type LuaValue, tableIn, toNumber, toText, typeOf } from './lua-value.ts';

export const BINARY: Partial<Record<string, (left: LuaValue, right: LuaValue) => LuaValue>> = {
  '+': (left, right) => toNumber(left) + toNumber(right),
  '-': (left, right) => toNumber(left) - toNumber(right),
  '*': (left, right) => toNumber(left) * toNumber(right),
  '/': (left, right) => toNumber(left) / toNumber(right),
  '%': (left, right) => modulo(toNumber(left), toNumber(right)),
  '..': (left, right) => toText(left) + toText(right),
  '==': (left, right) => left === right,
  '~=': (left, right) => left !== right,
  '<': (left, right) => comparable(left, right) && (left as number) < (right as number),
  '<=': (left, right) => comparable(left, right) && (left as number) <= (right as number),
  '>': (left, right) => comparable(left, right) && (left as number) > (right as number),
  '>=': (left, right) => comparable(left, right) && (left as number) >= (right as number),
};

export const UNARY: Partial<Record<string, (value: LuaValue) => LuaValue>> = {
  not: (value) => !isTrue(value),
  '-': (value) => -toNumber(value),
  '#': (value) => (typeof value === 'string' ? value.length : tableIn(value).length),
};

/** With the sign of the divisor, as Lua has it. */
function modulo(left: number, right: number): number {
  return left - Math.floor(left / right) * right;
}

/** Numbers with numbers and texts with texts; Lua does not turn one into the other to compare them. */
function comparable(left: LuaValue, right: LuaValue): true {
  const kind = typeOf(left);
  if (kind === typeOf(right) && (kind === 'number' || kind === 'string')) return true;
  throw new LuaError(`attempt to compare ${kind} with ${typeOf(right)}`);
}
