import luaparse, { type FunctionDeclaration, type Statement } from 'luaparse';
import { type Act, BROKEN_OFF, callable, Expressions } from './lua-expressions.ts';
import { Scope } from './lua-scope.ts';
import { isTrue, LuaError, type LuaValue, toNumber } from './lua-value.ts';

/** A script that can be run with what it finds by global names. Returns what the script returns. */
export type LuaProgram = (globals: ReadonlyMap<string, LuaValue>) => readonly LuaValue[];

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
  readonly #expressions = new Expressions((body, scope) => this.block(body, scope));

  set globals(globals: ReadonlyMap<string, LuaValue>) {
    this.#expressions.globals = globals;
  }

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
        const values = this.#expressions.list(statement.init, scope);
        const places = statement.variables.map(({ name }) => scope.declare(name));
        return (frame) => {
          const found = values(frame);
          for (const [index, place] of places.entries()) frame.slots[place] = found[index];
          return undefined;
        };
      }
      case 'AssignmentStatement': {
        const values = this.#expressions.list(statement.init, scope);
        const targets = statement.variables.map((target) => this.#expressions.target(target, scope));
        return (frame) => {
          // Where to is settled before anything is assigned.
          const assigns = targets.map((target) => target(frame));
          const found = values(frame);
          for (const [index, assign] of assigns.entries()) assign(found[index]);
          return undefined;
        };
      }
      case 'CallStatement': {
        const call = this.#expressions.many(statement.expression, scope);
        return (frame) => {
          call(frame);
          return undefined;
        };
      }
      case 'ReturnStatement':
        return this.#expressions.list(statement.arguments, scope);
      case 'BreakStatement':
        return () => BROKEN_OFF;
      case 'FunctionDeclaration': {
        const slot = scope.declare(nameOf(statement.identifier));
        const made = this.#expressions.function(statement, scope);
        return (frame) => {
          frame.slots[slot] = made(frame);
          return undefined;
        };
      }
      case 'IfStatement': {
        const clauses = statement.clauses.map((clause) => ({
          when: 'condition' in clause ? this.#expressions.one(clause.condition, scope) : () => true,
          act: scope.inBlock(() => this.block(clause.body, scope)),
        }));
        return (frame) => clauses.find(({ when }) => isTrue(when(frame)))?.act(frame);
      }
      case 'WhileStatement': {
        const when = this.#expressions.one(statement.condition, scope);
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
        const [from, to] = [this.#expressions.one(start, scope), this.#expressions.one(end, scope)];
        const by = step ? this.#expressions.one(step, scope) : () => 1;
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
        const iterators = this.#expressions.list(statement.iterators, scope);
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
}

function nameOf(identifier: FunctionDeclaration['identifier']): string {
  if (identifier?.type === 'Identifier') return identifier.name;
  throw new LuaError('a function of a script has no plain name');
}
