import type { SeatMap } from '../../../../src/contract/seat-map.ts';
import { layOutRows } from './hall-layout.ts';
import { FREE, statusCode } from './seat-status.ts';

export interface Row {
  readonly section: number;
  readonly name: string;
  /** Seat indexes in the order people sit. */
  readonly seats: readonly number[];
}

/**
 * A seat map in memory: columns by seat index (0 .. count - 1, the order of the snapshot). Only statuses, counts and the
 * version change; see hall-patch.ts.
 */
export interface Hall {
  readonly eventId: number;
  readonly epoch: number;
  version: number;
  readonly currency: string;
  readonly sections: SeatMap['sections'];
  readonly zones: SeatMap['zones'];
  readonly runs: SeatMap['runs'];
  readonly count: number;
  readonly status: Uint8Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Index into `rows`. */
  readonly rowOf: Uint32Array;
  /** Index into the runs. */
  readonly runOf: Uint32Array;
  /** The index of each run's first seat. */
  readonly runFirst: Uint32Array;
  /** Runs in ascending order of their seat ids, to find a seat by its id. */
  readonly runsById: Uint32Array;
  readonly rows: readonly Row[];
  readonly freeInSection: Uint32Array;
  readonly freeInRow: Uint32Array;
  /** How many seats have each status. */
  readonly totals: Uint32Array;
}

/** Unfolds the compact snapshot. */
export function decodeHall(map: SeatMap): Hall {
  const { runs, zones } = map;
  const count = runs.count.reduce((sum, seats) => sum + seats, 0);
  const x = new Float32Array(count);
  const y = new Float32Array(count);
  const runOf = new Uint32Array(count);
  const runFirst = new Uint32Array(runs.count.length);
  let seat = 0;
  for (let run = 0; run < runs.count.length; run += 1) {
    runFirst[run] = seat;
    for (let k = 0; k < (runs.count[run] ?? 0); k += 1, seat += 1) {
      x[seat] = (runs.x[run] ?? 0) + k * (runs.dx[run] ?? 0);
      y[seat] = (runs.y[run] ?? 0) + k * (runs.dy[run] ?? 0);
      runOf[seat] = run;
    }
  }
  const { rows, rowOf } = gatherRows(map, runFirst, { x, y, count });
  const runsById = Uint32Array.from(runs.count.keys()).sort(
    (a, b) => (runs.seat_id[a] ?? 0) - (runs.seat_id[b] ?? 0),
  );
  const hall: Hall = {
    eventId: map.event_id,
    epoch: map.epoch,
    version: map.version,
    currency: map.currency,
    sections: map.sections,
    zones,
    runs,
    count,
    status: Uint8Array.from(map.statuses, statusCode),
    x,
    y,
    rowOf,
    runOf,
    runFirst,
    runsById,
    rows,
    freeInSection: new Uint32Array(map.sections.length),
    freeInRow: new Uint32Array(rows.length),
    totals: new Uint32Array(4),
  };
  countStatuses(hall);
  return hall;
}

function gatherRows(
  map: SeatMap,
  runFirst: Uint32Array,
  place: { x: Float32Array; y: Float32Array; count: number },
) {
  const { runs, zones } = map;
  const rowByName = new Map<string, number>();
  const drafts: { section: number; name: string; seats: number[] }[] = [];
  const rowOf = new Uint32Array(place.count);
  for (let run = 0; run < runs.count.length; run += 1) {
    const section = zones[runs.zone[run] ?? 0]?.section ?? 0;
    const name = runs.row[run] ?? '';
    const key = `${section} ${name}`;
    const known = rowByName.get(key);
    const row = known ?? drafts.push({ section, name, seats: [] }) - 1;
    rowByName.set(key, row);
    const first = runFirst[run] ?? 0;
    for (let k = 0; k < (runs.count[run] ?? 0); k += 1) {
      drafts[row]?.seats.push(first + k);
      rowOf[first + k] = row;
    }
  }
  if (isWithoutPlaces(place.x, place.y)) layOutRows(drafts, place);
  else for (const row of drafts) sortAlong(row.seats, place);
  return { rows: drafts as readonly Row[], rowOf };
}

function isWithoutPlaces(x: Float32Array, y: Float32Array): boolean {
  return x.every((value) => value === 0) && y.every((value) => value === 0);
}

/** Orders a row's seats along its longer direction. */
function sortAlong(seats: number[], { x, y }: { x: Float32Array; y: Float32Array }): void {
  const spread = (column: Float32Array) => {
    let least = Infinity;
    let most = -Infinity;
    for (const seat of seats) {
      least = Math.min(least, column[seat] ?? 0);
      most = Math.max(most, column[seat] ?? 0);
    }
    return most - least;
  };
  const along = spread(x) >= spread(y) ? x : y;
  seats.sort((a, b) => (along[a] ?? 0) - (along[b] ?? 0));
}

function countStatuses(hall: Hall): void {
  for (let seat = 0; seat < hall.count; seat += 1) {
    const status = hall.status[seat] ?? 0;
    hall.totals[status] = (hall.totals[status] ?? 0) + 1;
    if (status !== FREE) continue;
    const row = hall.rowOf[seat] ?? 0;
    const section = hall.rows[row]?.section ?? 0;
    hall.freeInRow[row] = (hall.freeInRow[row] ?? 0) + 1;
    hall.freeInSection[section] = (hall.freeInSection[section] ?? 0) + 1;
  }
}
