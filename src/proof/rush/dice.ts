/** A stream of choices that depends on nothing but its seed. */
export interface Dice {
  /** In [0, 1). */
  unit(): number;
  /** A whole number in [from, to]. */
  between(from: number, to: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
}

/** One stream per buyer, so that what a buyer wants does not depend on who else was faster. */
export function diceOf(seed: number, buyer: number): Dice {
  const unit = mulberry32(scramble(seed ^ scramble(buyer + 1)));
  return {
    unit,
    between: (from, to) => from + Math.floor(unit() * (to - from + 1)),
    chance: (probability) => unit() < probability,
  };
}

/** Mulberry32 by Tommy Ettinger: 32 bits of state, good enough to decide who wants which seat. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The finaliser of MurmurHash3: neighbours become strangers. */
function scramble(value: number): number {
  let mixed = value >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
