import { randomFillSync, randomInt } from 'node:crypto';
import type { Random } from '../../core/random.ts';

/** Drawn at once: a call to the machine's dice costs more than the bytes do. */
const DRAWN_BYTES = 4_096;

/** The machine's own unpredictable dice. */
export function systemRandom(): Random {
  const drawn = Buffer.alloc(DRAWN_BYTES);
  let used = DRAWN_BYTES;
  return {
    hex(count) {
      if (count > DRAWN_BYTES) return randomFillSync(Buffer.alloc(count)).toString('hex');
      if (used + count > DRAWN_BYTES) {
        randomFillSync(drawn);
        used = 0;
      }
      const from = used;
      used += count;
      return drawn.toString('hex', from, used);
    },
    below: (below) => (below <= 1 ? 0 : randomInt(below)),
  };
}
