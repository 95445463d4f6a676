import type { Hall } from '../../../reservation/hall.ts';

/**
 * The seats named before the first that the hall does not have, and whether there was one: the scripts know no halls, and
 * refuse what comes first.
 */
export function known<T>(
  hall: Hall,
  named: readonly T[],
  seatIdOf: (each: T) => number,
): { seats: readonly T[]; tail: 'UNKNOWN' | '' } {
  const unknown = named.findIndex((each) => hall.ordinalOf(seatIdOf(each)) === undefined);
  return unknown < 0 ? { seats: named, tail: '' } : { seats: named.slice(0, unknown), tail: 'UNKNOWN' };
}
