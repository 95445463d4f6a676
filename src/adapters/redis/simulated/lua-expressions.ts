import type { CallExpression, Expression, FunctionDeclaration, Statement } from 'luaparse';
import { BINARY, UNARY } from './lua-operators.ts';
import { Scope } from './lua-scope.ts';
import { isTrue, LuaError, type LuaFunction, LuaTable, type LuaValue, tableIn, typeOf } from './lua-value.ts';

/** What the names of one call of a function stand for. */
export interface Frame {
  readonly slots: LuaValue[];
  readonly outer: Frame | undefined;
}

export const BROKEN_OFF = Symbol('break');
/** How a statement ended: the function returned, the loop broke off, or it goes on. */
type Ending = LuaValue[] | typeof BROKEN_OFF | undefined;
export type Act = (frame: Frame) => Ending;
type Value = (frame: Frame) => LuaValue;
type Values = (frame: Frame) => LuaValue[];

/** Turns each expression of a script into a function that computes it. */
export class Expressions {
  /** What the script finds by global names. */
  globals: ReadonlyMap<string, LuaValue> = new Map();
  readonly #block: (body: readonly Statement[], scope: Scope) => Act;

  /** Functions are expressions that have statements in them: `block` reads those. */
  constructor(block: (body: readonly Statement[], scope: Scope) => Act) {
    this.#block = block;
  }

  /** All values of a list; the last expression may bring any number of them. */
  list(expressions: readonly Expression[], scope: Scope): Values {
    const last = expressions.at(-1);
    const firsts = expressions.slice(0, -1).map((each) => this.one(each, scope));
    const rest = last ? this.many(last, scope) : () => [];
    return (frame) => [...firsts.map((value) => value(frame)), ...rest(frame)];
  }

  many(expression: Expression, scope: Scope): Values {
    if (expression.type === 'CallExpression') return this.#call(expression, scope);
    const one = this.one(expression, scope);
    return (frame) => [one(frame)];
  }

  #call({ base, arguments: given }: CallExpression, scope: Scope): Values {
    const called = this.one(base, scope);
    const values = this.list(given, scope);
    return (frame) => callable(called(frame))(...values(frame));
  }

  one(expression: Expression, scope: Scope): Value {
    switch (expression.type) {
      case 'NilLiteral':
        return () => undefined;
      case 'BooleanLiteral':
      case 'NumericLiteral':
      case 'StringLiteral': {
        const { value } = expression;
        return () => value;
      }
      case 'Identifier':
        return this.#name(expression.name, scope);
      case 'CallExpression': {
        const call = this.#call(expression, scope);
        return (frame) => call(frame)[0];
      }
      case 'IndexExpression':
      case 'MemberExpression': {
        const base = this.one(expression.base, scope);
        const key = this.#key(expression, scope);
        return (frame) => tableIn(base(frame)).get(key(frame));
      }
      case 'LogicalExpression': {
        const left = this.one(expression.left, scope);
        const right = this.one(expression.right, scope);
        const decides = expression.operator === 'or';
        return (frame) => {
          const first = left(frame);
          return isTrue(first) === decides ? first : right(frame);
        };
      }
      case 'BinaryExpression': {
        const operation = BINARY[expression.operator];
        if (!operation) throw new LuaError(`a script has a ${expression.operator}`);
        const left = this.one(expression.left, scope);
        const right = this.one(expression.right, scope);
        return (frame) => operation(left(frame), right(frame));
      }
      case 'UnaryExpression': {
        const operation = UNARY[expression.operator];
        if (!operation) throw new LuaError(`a script has a ${expression.operator}`);
        const argument = this.one(expression.argument, scope);
        return (frame) => operation(argument(frame));
      }
      case 'TableConstructorExpression':
        return this.#table(expression.fields, scope);
      case 'FunctionDeclaration':
        return this.function(expression, scope);
      default:
        throw new LuaError(`a script has a ${expression.type}`);
    }
  }

  #name(name: string, scope: Scope): Value {
    const found = scope.find(name);
    if (found) return (frame) => outwards(frame, found.depth).slots[found.slot];
    return () => {
      if (this.globals.has(name)) return this.globals.get(name);
      throw new LuaError(`Script attempted to access nonexistent global variable '${name}'`);
    };
  }

  #table(fields: Extract<Expression, { type: 'TableConstructorExpression' }>['fields'], scope: Scope): Value {
    const listed = fields.flatMap((field) => (field.type === 'TableValue' ? [field.value] : []));
    const list = this.list(listed, scope);
    const named = fields.flatMap((field) => {
      if (field.type === 'TableValue') return [];
      if (field.type === 'TableKey') throw new LuaError('a script has a table with computed keys');
      return [{ name: field.key.name, value: this.one(field.value, scope) }];
    });
    return (frame) => {
      const table = LuaTable.of(list(frame));
      for (const { name, value } of named) table.set(name, value(frame));
      return table;
    };
  }

  function({ parameters, body }: FunctionDeclaration, outer: Scope): Value {
    const scope = new Scope(outer);
    const slots = parameters.map((parameter) => {
      if (parameter.type !== 'Identifier')
        throw new LuaError('a function of a script takes any number of values');
      return scope.declare(parameter.name);
    });
    const block = this.#block(body, scope);
    return (around) => {
      const called: LuaFunction = (...given) => {
        const frame: Frame = { slots: slots.map((_, index) => given[index]), outer: around };
        const ending = block(frame);
        return Array.isArray(ending) ? ending : [];
      };
      return called;
    };
  }

  target(target: Expression, scope: Scope): (frame: Frame) => (value: LuaValue) => void {
    if (target.type === 'Identifier') {
      const found = scope.find(target.name);
      // As Redis has it: scripts do not make global names.
      if (!found) throw new LuaError(`a script assigns to the global ${target.name}`);
      return (frame) => (value) => {
        outwards(frame, found.depth).slots[found.slot] = value;
      };
    }
    if (target.type !== 'IndexExpression' && target.type !== 'MemberExpression')
      throw new LuaError(`a script assigns to a ${target.type}`);
    const base = this.one(target.base, scope);
    const key = this.#key(target, scope);
    return (frame) => {
      const [table, at] = [tableIn(base(frame)), key(frame)];
      return (value) => table.set(at, value);
    };
  }

  #key(
    expression: Extract<Expression, { type: 'IndexExpression' | 'MemberExpression' }>,
    scope: Scope,
  ): Value {
    if (expression.type === 'IndexExpression') return this.one(expression.index, scope);
    const { name } = expression.identifier;
    return () => name;
  }
}

function outwards(frame: Frame, depth: number): Frame {
  let found = frame;
  for (let left = depth; left > 0; left--) found = found.outer as Frame;
  return found;
}

export function callable(value: LuaValue): LuaFunction {
  if (typeof value === 'function') return value;
  throw new LuaError(`attempt to call a ${typeOf(value)} value`);
}
