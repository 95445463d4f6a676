import type { Random } from '../../src/core/random.ts';

/** Repeatable dice (mulberry32). */
export function dice(seed = 1): Random {
  let state = seed >>> 0;
  const draw = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(draw() * limit);
  return {
    below,
    hex: (count) => Array.from({ length: count }, () => below(256).toString(16).padStart(2, '0')).join(''),
  };
}
