/** A rule that must always hold does not. It is a defect of the program, never of a request. */
export class BrokenInvariant extends Error {
  override name = 'BrokenInvariant';
}

/** Stays on in production. The message says what was true instead. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new BrokenInvariant(message);
}

/** For the branch of a switch that no value reaches. */
export function unreachable(value: never): never {
  throw new BrokenInvariant(`no case for ${JSON.stringify(value)}`);
}
