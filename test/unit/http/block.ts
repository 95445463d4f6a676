/** Keeps everybody waiting, as a computation does that should have been elsewhere. */
export function block(millis: number): void {
  const until = performance.now() + millis;
  while (performance.now() < until);
}
