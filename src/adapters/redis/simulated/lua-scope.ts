import { LuaError } from './lua-value.ts';

/** The names that one function of a script may use: its own, and those of the functions around it. */
export class Scope {
  readonly #outer: Scope | undefined;
  readonly #blocks: Map<string, number>[] = [new Map()];
  #slots = 0;
  #loops = 0;

  constructor(outer?: Scope) {
    // Every turn of a loop would need its own names then, which ours share; no script of ours does it.
    if (outer?.isInLoop) throw new LuaError('a function is made in a loop');
    this.#outer = outer;
  }

  get isInLoop(): boolean {
    return this.#loops > 0;
  }

  /** Gives a name its slot from here on. */
  declare(name: string): number {
    this.#blocks.at(-1)?.set(name, this.#slots);
    return this.#slots++;
  }

  /** How many functions outwards the name is, and its slot there; undefined for a global one. */
  find(name: string): { depth: number; slot: number } | undefined {
    for (let at = this.#blocks.length - 1; at >= 0; at--) {
      const slot = this.#blocks[at]?.get(name);
      if (slot !== undefined) return { depth: 0, slot };
    }
    const found = this.#outer?.find(name);
    return found && { depth: found.depth + 1, slot: found.slot };
  }

  inBlock<R>(work: () => R): R {
    this.#blocks.push(new Map());
    try {
      return work();
    } finally {
      this.#blocks.pop();
    }
  }

  inLoop<R>(work: () => R): R {
    this.#loops++;
    try {
      return this.inBlock(work);
    } finally {
      this.#loops--;
    }
  }
}
