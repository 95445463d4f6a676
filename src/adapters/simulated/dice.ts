/** A stream of choices that depends on nothing but its seed and its name. */
export interface Dice {
  /** In [0, 1). */
  unit(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  /** A whole number in [from, to]. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

/** Streams of other names do not disturb each other: one more draw here changes nothing there. */
export function diceOf(seed: number, stream: string): Dice {
  return diceFrom(scramble(seed, stream));
}

/** The stream that begins with this number. */
export function diceFrom(start: number): Dice {
  const unit = mulberry32(start);
  const below = (limit: number) => Math.floor(unit() * limit);
  return {
    unit,
    below,
    between: (from, to) => from + below(to - from + 1),
    chance: (probability) => unit() < probability,
    pick: <T>(from: readonly T[]) => from[below(from.length)] as T,
  };
}

/** Mulberry32 by Tommy Ettinger: 32 bits of state, good enough to decide who comes first. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a over the name. */
function scramble(seed: number, stream: string): number {
  let mixed = (0x811c9dc5 ^ seed) >>> 0;
  for (let at = 0; at < stream.length; at++) mixed = Math.imul(mixed ^ stream.charCodeAt(at), 0x01000193);
  return estranged(mixed);
}

/** The finaliser of MurmurHash3: neighbours become strangers. */
export function estranged(value: number): number {
  let mixed = value >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
