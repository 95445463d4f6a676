type Numbers = Uint8Array | Uint32Array;

const FIRST_LENGTH = 1_024;

/** Numbers by index, packed, as many as come. Growing by half wastes less than doubling and copies as seldom. */
export class Column<N extends Numbers> {
  readonly #make: (length: number) => N;
  #numbers: N;

  constructor(make: (length: number) => N) {
    this.#make = make;
    this.#numbers = make(FIRST_LENGTH);
  }

  /** 0 where nothing was set. */
  at(index: number): number {
    return this.#numbers[index] ?? 0;
  }

  set(index: number, value: number): void {
    if (index >= this.#numbers.length) {
      const larger = this.#make(Math.max(index + 1, Math.ceil(this.#numbers.length * 1.5)));
      larger.set(this.#numbers as never);
      this.#numbers = larger;
    }
    this.#numbers[index] = value;
  }
}
