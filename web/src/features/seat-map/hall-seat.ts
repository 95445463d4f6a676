import { toHundredths } from '../../lib/format.ts';
import type { SeatLine } from '../../lib/seat-line.ts';
import type { Hall } from './hall.ts';

/** Finds a seat by its id; undefined when this hall has none such. */
export function seatIndex(hall: Hall, seatId: number): number | undefined {
  const { runs, runsById, runFirst } = hall;
  let low = 0;
  let high = runsById.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const run = runsById[middle] ?? 0;
    const offset = seatId - (runs.seat_id[run] ?? 0);
    if (offset < 0) high = middle - 1;
    else if (offset >= (runs.count[run] ?? 0)) low = middle + 1;
    else return (runFirst[run] ?? 0) + offset;
  }
  return undefined;
}

export function seatId(hall: Hall, seat: number): number {
  const run = hall.runOf[seat] ?? 0;
  return (hall.runs.seat_id[run] ?? 0) + seat - (hall.runFirst[run] ?? 0);
}

/** The seat's whole number: "A10". */
export function seatLabel(hall: Hall, seat: number): string {
  return (hall.runs.prefix[hall.runOf[seat] ?? 0] ?? '') + seatDigits(hall, seat);
}

/** What fits on the seat's mark: the counting part of its number, or the whole when it has none. */
export function shortLabel(hall: Hall, seat: number): string {
  return seatDigits(hall, seat) || seatLabel(hall, seat);
}

function seatDigits(hall: Hall, seat: number): string {
  const run = hall.runOf[seat] ?? 0;
  const start = hall.runs.start[run] ?? -1;
  return start < 0 ? '' : String(start + seat - (hall.runFirst[run] ?? 0));
}

export function zoneOf(hall: Hall, seat: number): number {
  return hall.runs.zone[hall.runOf[seat] ?? 0] ?? 0;
}

export function seatLine(hall: Hall, seat: number): SeatLine {
  const zone = hall.zones[zoneOf(hall, seat)];
  const row = hall.rows[hall.rowOf[seat] ?? 0];
  return {
    seatId: seatId(hall, seat),
    label: seatLabel(hall, seat),
    section: hall.sections[zone?.section ?? 0] ?? '',
    row: row?.name ?? '',
    seatType: zone?.seat_type ?? '',
    price: toHundredths(zone?.price ?? 0),
  };
}
