/** Who listens to what: members by key. A key is there as long as somebody listens to it. */
export class Audience<K, Member> {
  readonly #members = new Map<K, Set<Member>>();

  /** The result takes the member out again. */
  join(key: K, member: Member): () => void {
    const others = this.#members.get(key);
    if (others) others.add(member);
    else this.#members.set(key, new Set([member]));
    return () => this.leave(key, member);
  }

  leave(key: K, member: Member): void {
    const left = this.#members.get(key);
    left?.delete(member);
    if (left?.size === 0) this.#members.delete(key);
  }

  of(key: K): Iterable<Member> {
    return this.#members.get(key) ?? [];
  }

  has(key: K): boolean {
    return this.#members.has(key);
  }

  /** Members, each as often as it listens to something. */
  *all(): Iterable<Member> {
    for (const members of this.#members.values()) yield* members;
  }

  /** Keys to which somebody listens. */
  get size(): number {
    return this.#members.size;
  }
}
