import luaparse, {
  type CallExpression,
  type Expression,
  type FunctionDeclaration,
  type Statement,
} from 'luaparse';
import { BINARY, UNARY } from './lua-operators.ts';
import { Scope } from './lua-scope.ts';
import {
  isTrue,
  LuaError,
  type LuaFunction,
  LuaTable,
  type LuaValue,
  tableIn,
  toNumber,
  typeOf,
} from './lua-value.ts';

/** A script that can be run with what it finds by global names. Returns what the script returns. */
export type LuaProgram = (globals: ReadonlyMap<string, LuaValue>) => readonly LuaValue[];

/** What the names of one call of a function stand for. */
interface Frame {
  readonly slots: LuaValue[];
  readonly outer: Frame | undefined;
}

const BROKEN_OFF = Symbol('break');
/** How a statement ended: the function returned, the loop broke off, or it goes on. */
type Ending = LuaValue[] | typeof BROKEN_OFF | undefined;
type Act = (frame: Frame) => Ending;
type Value = (frame: Frame) => LuaValue;
type Values = (frame: Frame) => LuaValue[];

/** Reads a script of Lua 5.1, as far as our scripts go. Throws with the place of what it does not know. */
export function luaProgram(source: string): LuaProgram {
  const bytes = Buffer.from(source, 'utf8')
    .toString('latin1')
    .replace(/^#![^\n]*/, '');
  const chunk = luaparse.parse(bytes, { luaVersion: '5.1', comments: false, encodingMode: 'pseudo-latin1' });
  const reader = new Reader();
  const block = reader.block(chunk.body, new Scope());
  return (globals) => {
    reader.globals = globals;
    const ending = block({ slots: [], outer: undefined });
    return Array.isArray(ending) ? ending : [];
  };
}

/** Turns each piece of a script into a function that does it. */
class Reader {
  globals: ReadonlyMap<string, LuaValue> = new Map();

  block(body: readonly Statement[], scope: Scope): Act {
    const acts = body.map((statement) => this.#statement(statement, scope));
    return (frame) => {
      for (const act of acts) {
        const ending = act(frame);
        if (ending !== undefined) return ending;
      }
      return undefined;
    };
  }

  #statement(statement: Statement, scope: Scope): Act {
    switch (statement.type) {
      case 'LocalStatement': {
        // The values do not see the names yet.
        const values = this.#list(statement.init, scope);
        const places = statement.variables.map(({ name }) => scope.declare(name));
        return (frame) => {
          const found = values(frame);
          for (const [index, place] of places.entries()) frame.slots[place] = found[index];
          return undefined;
        };
      }
      case 'AssignmentStatement': {
        const values = this.#list(statement.init, scope);
        const targets = statement.variables.map((target) => this.#target(target, scope));
        return (frame) => {
          // Where to is settled before anything is assigned.
          const assigns = targets.map((target) => target(frame));
          const found = values(frame);
          for (const [index, assign] of assigns.entries()) assign(found[index]);
          return undefined;
        };
      }
      case 'CallStatement': {
        const call = this.#many(statement.expression, scope);
        return (frame) => {
          call(frame);
          return undefined;
        };
      }
      case 'ReturnStatement':
        return this.#list(statement.arguments, scope);
      case 'BreakStatement':
        return () => BROKEN_OFF;
      case 'FunctionDeclaration': {
        const slot = scope.declare(nameOf(statement.identifier));
        const made = this.#function(statement, scope);
        return (frame) => {
          frame.slots[slot] = made(frame);
          return undefined;
        };
      }
      case 'IfStatement': {
        const clauses = statement.clauses.map((clause) => ({
          when: 'condition' in clause ? this.#one(clause.condition, scope) : () => true,
          act: scope.inBlock(() => this.block(clause.body, scope)),
        }));
        return (frame) => clauses.find(({ when }) => isTrue(when(frame)))?.act(frame);
      }
      case 'WhileStatement': {
        const when = this.#one(statement.condition, scope);
        const body = scope.inLoop(() => this.block(statement.body, scope));
        return (frame) => {
          while (isTrue(when(frame))) {
            const ending = body(frame);
            if (ending !== undefined) return ending === BROKEN_OFF ? undefined : ending;
          }
          return undefined;
        };
      }
      case 'ForNumericStatement': {
        const { variable, start, end, step } = statement;
        const [from, to] = [this.#one(start, scope), this.#one(end, scope)];
        const by = step ? this.#one(step, scope) : () => 1;
        return scope.inLoop(() => {
          const slot = scope.declare(variable.name);
          const body = this.block(statement.body, scope);
          return (frame) => {
            const [last, stride] = [toNumber(to(frame)), toNumber(by(frame))];
            for (let at = toNumber(from(frame)); stride > 0 ? at <= last : at >= last; at += stride) {
              frame.slots[slot] = at;
              const ending = body(frame);
              if (ending !== undefined) return ending === BROKEN_OFF ? undefined : ending;
            }
            return undefined;
          };
        });
      }
      case 'ForGenericStatement': {
        const iterators = this.#list(statement.iterators, scope);
        return scope.inLoop(() => {
          const slots = statement.variables.map(({ name }) => scope.declare(name));
          const body = this.block(statement.body, scope);
          return (frame) => {
            const [next, of, first] = iterators(frame);
            for (let at = first; ; ) {
              const found = callable(next)(of, at);
              at = found[0];
              if (at === undefined) return undefined;
              for (const [index, slot] of slots.entries()) frame.slots[slot] = found[index];
              const ending = body(frame);
              if (ending !== undefined) return ending === BROKEN_OFF ? undefined : ending;
            }
          };
        });
      }
      default:
        throw new LuaError(`a script has a ${statement.type}`);
    }
  }

  #target(target: Expression, scope: Scope): (frame: Frame) => (value: LuaValue) => void {
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
    const base = this.#one(target.base, scope);
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
    if (expression.type === 'IndexExpression') return this.#one(expression.index, scope);
    const { name } = expression.identifier;
    return () => name;
  }

  /** All values of a list; the last expression may bring any number of them. */
  #list(expressions: readonly Expression[], scope: Scope): Values {
    const last = expressions.at(-1);
    const firsts = expressions.slice(0, -1).map((each) => this.#one(each, scope));
    const rest = last ? this.#many(last, scope) : () => [];
    return (frame) => [...firsts.map((value) => value(frame)), ...rest(frame)];
  }

  #many(expression: Expression, scope: Scope): Values {
    if (expression.type === 'CallExpression') return this.#call(expression, scope);
    const one = this.#one(expression, scope);
    return (frame) => [one(frame)];
  }

  #call({ base, arguments: given }: CallExpression, scope: Scope): Values {
    const called = this.#one(base, scope);
    const values = this.#list(given, scope);
    return (frame) => callable(called(frame))(...values(frame));
  }

  #one(expression: Expression, scope: Scope): Value {
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
        const base = this.#one(expression.base, scope);
        const key = this.#key(expression, scope);
        return (frame) => tableIn(base(frame)).get(key(frame));
      }
      case 'LogicalExpression': {
        const left = this.#one(expression.left, scope);
        const right = this.#one(expression.right, scope);
        const decides = expression.operator === 'or';
        return (frame) => {
          const first = left(frame);
          return isTrue(first) === decides ? first : right(frame);
        };
      }
      case 'BinaryExpression': {
        const operation = BINARY[expression.operator];
        if (!operation) throw new LuaError(`a script has a ${expression.operator}`);
        const left = this.#one(expression.left, scope);
        const right = this.#one(expression.right, scope);
        return (frame) => operation(left(frame), right(frame));
      }
      case 'UnaryExpression': {
        const operation = UNARY[expression.operator];
        if (!operation) throw new LuaError(`a script has a ${expression.operator}`);
        const argument = this.#one(expression.argument, scope);
        return (frame) => operation(argument(frame));
      }
      case 'TableConstructorExpression':
        return this.#table(expression.fields, scope);
      case 'FunctionDeclaration':
        return this.#function(expression, scope);
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
    const list = this.#list(listed, scope);
    const named = fields.flatMap((field) => {
      if (field.type === 'TableValue') return [];
      if (field.type === 'TableKey') throw new LuaError('a script has a table with computed keys');
      return [{ name: field.key.name, value: this.#one(field.value, scope) }];
    });
    return (frame) => {
      const table = LuaTable.of(list(frame));
      for (const { name, value } of named) table.set(name, value(frame));
      return table;
    };
  }

  #function({ parameters, body }: FunctionDeclaration, outer: Scope): Value {
    const scope = new Scope(outer);
    const slots = parameters.map((parameter) => {
      if (parameter.type !== 'Identifier')
        throw new LuaError('a function of a script takes any number of values');
      return scope.declare(parameter.name);
    });
    const block = this.block(body, scope);
    return (around) => {
      const called: LuaFunction = (...given) => {
        const frame: Frame = { slots: slots.map((_, index) => given[index]), outer: around };
        const ending = block(frame);
        return Array.isArray(ending) ? ending : [];
      };
      return called;
    };
  }
}

function outwards(frame: Frame, depth: number): Frame {
  let found = frame;
  for (let left = depth; left > 0; left--) found = found.outer as Frame;
  return found;
}

function callable(value: LuaValue): LuaFunction {
  if (typeof value === 'function') return value;
  throw new LuaError(`attempt to call a ${typeOf(value)} value`);
}

function nameOf(identifier: FunctionDeclaration['identifier']): string {
  if (identifier?.type === 'Identifier') return identifier.name;
  throw new LuaError('a function of a script has no plain name');
}
