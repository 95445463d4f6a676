/** Lets tasks of one key run one after the other, in the order in which they came; tasks of other keys do not wait. */
export class Turns<K> {
  readonly #last = new Map<K, Promise<unknown>>();

  async take<R>(key: K, task: () => Promise<R>): Promise<R> {
    const before = this.#last.get(key);
    const mine = before ? before.then(task, task) : task();
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
