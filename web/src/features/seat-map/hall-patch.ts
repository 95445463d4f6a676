import type { PatchFrame } from '../../../../src/contract/seat-map.ts';
import type { Hall } from './hall.ts';
import { seatIndex } from './hall-seat.ts';
import { FREE, statusCode } from './seat-status.ts';

export type PatchOutcome =
  | { readonly outcome: 'applied'; readonly seats: readonly number[] }
  /** Already contained in what we have. */
  | { readonly outcome: 'known' }
  /** Something between is missing, or the seat store was rebuilt: a new snapshot is needed. */
  | { readonly outcome: 'gap' };

/** Brings the hall one patch further. `seats` are the indexes of the seats that changed. */
export function applyPatch(hall: Hall, patch: PatchFrame): PatchOutcome {
  if (patch.epoch !== hall.epoch) return { outcome: 'gap' };
  if (patch.version <= hall.version) return { outcome: 'known' };
  if (patch.from !== hall.version) return { outcome: 'gap' };
  const changed: number[] = [];
  for (const [id, word] of patch.seats) {
    const seat = seatIndex(hall, id);
    // A seat added since the snapshot has no place on our map yet.
    if (seat === undefined) return { outcome: 'gap' };
    if (changeStatus(hall, seat, statusCode(word))) changed.push(seat);
  }
  hall.version = patch.version;
  return { outcome: 'applied', seats: changed };
}

function changeStatus(hall: Hall, seat: number, to: number): boolean {
  const from = hall.status[seat] ?? 0;
  if (from === to) return false;
  hall.status[seat] = to;
  add(hall.totals, from, -1);
  add(hall.totals, to, 1);
  const step = Number(to === FREE) - Number(from === FREE);
  if (step !== 0) {
    const row = hall.rowOf[seat] ?? 0;
    add(hall.freeInRow, row, step);
    add(hall.freeInSection, hall.rows[row]?.section ?? 0, step);
  }
  return true;
}

function add(column: Uint32Array, index: number, step: number): void {
  column[index] = (column[index] ?? 0) + step;
}
