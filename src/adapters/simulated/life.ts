/**
 * The time between a start of a process and its death. Whatever a dead process waited for never comes: its promises
 * stay unsettled, its timers silent.
 */
export class Life {
  readonly #atEnd: (() => void)[] = [];
  #alive = true;

  get isAlive(): boolean {
    return this.#alive;
  }

  /** Called once at the death: what was on its way is decided then. */
  atEnd(act: () => void): void {
    this.#atEnd.push(act);
  }

  end(): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const act of this.#atEnd) act();
  }
}
