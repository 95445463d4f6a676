/**
 * One way of a connection: what goes in comes out in the same order, each some time later. What is on its way when it
 * breaks is handed back.
 */
export class Pipe<T> {
  readonly #after: (delayMillis: number, label: string, run: () => void) => void;
  readonly #label: string;
  readonly #arrive: (item: T) => void;
  #onTheWay: T[] = [];
  #generation = 0;

  constructor(
    label: string,
    after: (delayMillis: number, label: string, run: () => void) => void,
    arrive: (item: T) => void,
  ) {
    this.#label = label;
    this.#after = after;
    this.#arrive = arrive;
  }

  send(item: T, delayMillis: number): void {
    const generation = this.#generation;
    this.#onTheWay.push(item);
    this.#after(delayMillis, this.#label, () => {
      if (generation !== this.#generation) return;
      // Whichever was to come first brings the oldest.
      this.#arrive(this.#onTheWay.shift() as T);
    });
  }

  break(): T[] {
    this.#generation++;
    const lost = this.#onTheWay;
    this.#onTheWay = [];
    return lost;
  }
}
