/**
 * The time between a start of a process and its death. Whatever a dead process waited for never comes: its promises
 * stay unsettled, its timers silent. What comes to one that is frozen comes when it goes on.
 */
export class Life {
  readonly #atEnd: (() => void)[] = [];
  #alive = true;
  /** What came while it stood still; undefined while it does not. */
  #held: (() => void)[] | undefined;

  get isAlive(): boolean {
    return this.#alive;
  }

  get isFrozen(): boolean {
    return this.#held !== undefined;
  }

  /** Called once at the death: what was on its way is decided then. */
  atEnd(act: () => void): void {
    this.#atEnd.push(act);
  }

  /** A timer, an answer or a message comes to the process: at once, or when it goes on, or never. */
  enter(act: () => void): void {
    if (this.#held) this.#held.push(act);
    else if (this.#alive) act();
  }

  freeze(): void {
    this.#held ??= [];
  }

  /** Everything that came meanwhile comes now, one after the other; `soon` runs the next when the one before has had its effect. */
  thaw(soon: (run: () => void) => void): void {
    const next = this.#held?.shift();
    if (!next) {
      this.#held = undefined;
      return;
    }
    if (this.#alive) next();
    soon(() => this.thaw(soon));
  }

  end(): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const act of this.#atEnd) act();
  }
}
