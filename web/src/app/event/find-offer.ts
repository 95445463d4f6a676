import type { SeatOfferLines } from '../../features/checkout/race-notice.tsx';
import type { Hall } from '../../features/seat-map/hall.ts';
import { seatIndex, seatLine } from '../../features/seat-map/hall-seat.ts';
import { nearestFree } from '../../features/seat-map/neighbours.ts';
import { buildGrid } from '../../features/seat-map/seat-grid.ts';

/** Free seats close to the ones just lost, from the live map, for as many people. */
export function findOffer(
  hall: Hall,
  wanted: readonly number[],
  lost: readonly number[],
): SeatOfferLines | undefined {
  const near = seatIndex(hall, lost[0] ?? wanted[0] ?? 0);
  if (near === undefined) return undefined;
  const { pitch } = buildGrid(hall);
  const found = nearestFree(hall, { near, size: wanted.length, pitch, except: new Set(lost) });
  if (!found) return undefined;
  return { lines: found.seats.map((seat) => seatLine(hall, seat)), adjacent: found.adjacent, groups: [] };
}
