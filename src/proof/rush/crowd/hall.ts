import type { Dice } from '../../../adapters/simulated/dice.ts';
import { type PatchFrame, type SeatMap, STATUS_LETTERS } from '../../../contract/seat-map.ts';

/** A seat map as a buyer's browser keeps it: a snapshot, and patches applied in order on top of it. */
export interface Hall {
  /** "epoch.version", what a stream is resumed from. */
  since(): string;
  free(): number;
  /** False when the frame does not follow the version shown: take a new snapshot. */
  apply(frame: PatchFrame): boolean;
  /** `party` free seats side by side, hot seats first; undefined when the view shows none after a few looks. */
  choose(dice: Dice, party: number): number[] | undefined;
}

const AVAILABLE = STATUS_LETTERS.AVAILABLE.charCodeAt(0);
/** Neighbourhoods looked at before the buyer asks for the best seats instead. */
const LOOKS = 6;

interface Seats {
  ids: Float64Array;
  run: Int32Array;
  status: Uint8Array;
  /** Positions from the hottest seat to the coldest. */
  hottest: Int32Array;
  positionOf: Map<number, number>;
}

export function openHall(map: SeatMap): Hall {
  const seats = unfold(map);
  let { epoch, version } = map;
  let free = seats.status.reduce((count, status) => count + (status === AVAILABLE ? 1 : 0), 0);
  return {
    since: () => `${epoch}.${version}`,
    free: () => free,
    apply(frame) {
      if (frame.epoch !== epoch || frame.from > version) return false;
      if (frame.version <= version) return true;
      for (const [seatId, word] of frame.seats) {
        const position = seats.positionOf.get(seatId);
        if (position === undefined) return false;
        const status = letterOf(word);
        if (seats.status[position] === AVAILABLE) free--;
        if (status === AVAILABLE) free++;
        seats.status[position] = status;
      }
      ({ epoch, version } = frame);
      return true;
    },
    choose: (dice, party) => (free === 0 ? undefined : choose(seats, dice, party)),
  };
}

/** The words of v1 or their letters in the snapshot; both say the same. */
export function letterOf(status: string): number {
  const letter = STATUS_LETTERS[status as keyof typeof STATUS_LETTERS] ?? status;
  return letter.charCodeAt(0);
}

/** Zipf's law with exponent 2/3: a fifth of all first choices falls on the hottest hundredth of the hall. */
function choose(seats: Seats, dice: Dice, party: number): number[] | undefined {
  const total = seats.ids.length;
  for (let look = 0; look < LOOKS; look++) {
    let rank = Math.floor(total * dice.unit() ** 3);
    for (let step = 0; step < total; step++, rank = (rank + 1) % total) {
      const position = seats.hottest[rank] as number;
      if (seats.status[position] !== AVAILABLE) continue;
      const together = neighbours(seats, position, party);
      if (together) return together;
      if (step > 64) break;
    }
  }
  return undefined;
}

function neighbours(seats: Seats, position: number, party: number): number[] | undefined {
  const run = seats.run[position];
  const isFree = (at: number) => seats.run[at] === run && seats.status[at] === AVAILABLE;
  let first = position;
  let last = position;
  while (last - first + 1 < party && isFree(last + 1)) last++;
  while (last - first + 1 < party && isFree(first - 1)) first--;
  if (last - first + 1 < party) return undefined;
  return Array.from(seats.ids.subarray(first, last + 1));
}

function unfold(map: SeatMap): Seats {
  const total = map.statuses.length;
  const ids = new Float64Array(total);
  const run = new Int32Array(total);
  const heat = new Float64Array(total);
  const middle = middleOf(map);
  let position = 0;
  map.runs.seat_id.forEach((firstId, index) => {
    const at = (column: readonly number[]) => column[index] as number;
    for (let k = 0; k < at(map.runs.count); k++, position++) {
      ids[position] = firstId + k;
      run[position] = index;
      // Rows near the stage and seats near the aisle of honour: a row back weighs like two seats aside.
      const aside = Math.abs(at(map.runs.x) + k * at(map.runs.dx) - middle);
      heat[position] = 2 * (at(map.runs.y) + k * at(map.runs.dy)) + aside;
    }
  });
  const hottest = Int32Array.from(ids.keys()).sort((a, b) => (heat[a] as number) - (heat[b] as number));
  return {
    ids,
    run,
    status: Uint8Array.from(Buffer.from(map.statuses, 'latin1')),
    hottest,
    positionOf: new Map(Array.from(ids, (id, index) => [id, index])),
  };
}

function middleOf(map: SeatMap): number {
  const ends = map.runs.x.map(
    (x, index) => x + ((map.runs.count[index] ?? 1) - 1) * (map.runs.dx[index] ?? 0),
  );
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  for (const x of [...map.runs.x, ...ends]) {
    left = Math.min(left, x);
    right = Math.max(right, x);
  }
  return (left + right) / 2;
}
