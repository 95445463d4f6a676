import type { SeatView } from '../../../../src/contract/seat.ts';
import type { ApiError } from '../../lib/api/api-error.ts';
import { lineOfSeat } from '../../lib/seat-line.ts';
import type { SeatOfferLines } from './race-notice.tsx';

interface Alternative {
  readonly seats: readonly SeatView[];
  readonly groups: readonly (readonly number[])[];
}

/** The alternative that comes with NO_ADJACENT_SEATS; undefined when the server knows none. */
export function refusedOffer(error: ApiError): SeatOfferLines | undefined {
  const alternative = alternativeOf(error.detail);
  if (!alternative || alternative.seats.length === 0) return undefined;
  const labels = new Map(alternative.seats.map((seat) => [seat.seat_id, seat.seat_number]));
  const groups = alternative.groups.map((ids) => ids.map((id) => labels.get(id) ?? String(id)));
  return { lines: alternative.seats.map(lineOfSeat), adjacent: groups.length === 1, groups };
}

function alternativeOf(detail: unknown): Alternative | undefined {
  if (typeof detail !== 'object' || detail === null || !('alternative' in detail)) return undefined;
  const alternative = detail.alternative as Partial<Alternative> | null;
  if (!Array.isArray(alternative?.seats)) return undefined;
  return { seats: alternative.seats, groups: alternative.groups ?? [] };
}
