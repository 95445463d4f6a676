import { randomBytes, randomInt } from 'node:crypto';
import type { Random } from '../../core/random.ts';

/** The machine's own unpredictable dice. */
export function systemRandom(): Random {
  return {
    hex: (count) => randomBytes(count).toString('hex'),
    below: (below) => (below <= 1 ? 0 : randomInt(below)),
  };
}
