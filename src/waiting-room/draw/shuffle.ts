import {
  halves,
  laneKeyText,
  permuted,
  ROUNDS,
  ROUNDS_PER_HASH,
  type Round,
  roundBytes,
  roundNumber,
  unpermuted,
  utf8,
} from '../../contract/draw.ts';
import type { Digest } from '../ports/digest.ts';

/** What decides the order of a lane's entrants; nothing of it can be changed once it is published. */
export interface Draw {
  eventId: number;
  secret: string;
  /** Over all lanes. */
  root: string;
  beacon: string | null;
}

/**
 * The places of those who came before the opening, computed on read. The two halves of a number are small, so the
 * round values are hashed at first need and remembered: a million entrants need 2,000 hashes, and publishing none.
 */
export class Shuffle {
  readonly count: number;
  readonly #round: Round;

  constructor(draw: Draw, lane: string, count: number, digest: Digest) {
    this.count = count;
    const key = digest.hmacSha256(utf8(draw.secret), utf8(laneKeyText(draw, lane)));
    const { left, right } = halves(count);
    const tables = Array.from({ length: ROUNDS }, () => new Int32Array(Math.max(left, right)).fill(UNKNOWN));
    this.#round = (round, half, size) => {
      const known = (tables[round] as Int32Array)[half] as number;
      if (known !== UNKNOWN) return known;
      const hash = digest.hmacSha256(key, roundBytes(round, half));
      const first = round - (round % ROUNDS_PER_HASH);
      for (let each = first; each < first + ROUNDS_PER_HASH; each++) {
        (tables[each] as Int32Array)[half] = roundNumber(hash, each) % (each % 2 === 0 ? left : right);
      }
      return roundNumber(hash, round) % size;
    };
  }

  /** From 1, of the entrant who came as number `index` (from 0). */
  placeOf(index: number): number {
    return permuted(index, this.count, this.#round) + 1;
  }

  /** Which entrant has a place. */
  indexAt(place: number): number {
    return unpermuted(place - 1, this.count, this.#round);
  }
}

const UNKNOWN = -1;
