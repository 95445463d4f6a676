import { STATUS_LETTERS } from '../contract/seat-map.ts';
import type { MapSeat, MapStatus } from './ports/map-source.ts';

const LETTER_OF = Object.fromEntries(
  Object.entries(STATUS_LETTERS).map(([status, letter]) => [status, letter.charCodeAt(0)]),
) as Record<MapStatus, number>;
const STATUS_OF = new Map(Object.entries(LETTER_OF).map(([status, letter]) => [letter, status as MapStatus]));

/** As a published map has it. */
export function letterOf(status: MapStatus): number {
  return LETTER_OF[status];
}

export function lettersOf(seats: readonly MapSeat[]): Uint8Array {
  return Uint8Array.from(seats, ({ status }) => LETTER_OF[status]);
}

/** Undefined for what is no letter of a status. */
export function statusOf(letter: number | undefined): MapStatus | undefined {
  return letter === undefined ? undefined : STATUS_OF.get(letter);
}
