/** A promise that did not hold, by the number it has in docs/safety.md; 0 is a defect that surfaced by itself. */
export class Violation extends Error {
  override name = 'Violation';
  readonly invariant: number;

  constructor(invariant: number, message: string) {
    super(message);
    this.invariant = invariant;
  }
}

export function must(condition: boolean, invariant: number, message: () => string): asserts condition {
  if (!condition) throw new Violation(invariant, message());
}
