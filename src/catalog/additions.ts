import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import { suitsCurrency } from '../core/money.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Event } from './event.ts';
import type { CatalogSeat, SeatDraft } from './seat.ts';

/** Why seats cannot be added to a hall: all of them or none are. */
export function refusalOfSeats(
  event: Event,
  before: readonly CatalogSeat[],
  drafts: readonly SeatDraft[],
  hallLimit: number,
): Refusal | undefined {
  if (before.length + drafts.length > hallLimit) return refuse('HALL_FULL', { limit: hallLimit });
  const taken = new Set(before.map((seat) => seat.number));
  for (const draft of drafts) {
    if (taken.has(draft.number)) return refuse('SEAT_NUMBER_TAKEN', { seat: draft.number });
    taken.add(draft.number);
    if (!suitsCurrency(draft.price, event.currency))
      return refuse('PRICE_NOT_IN_CURRENCY', { currency: event.currency });
  }
  return undefined;
}

/** Seats with ids of their own, consecutive in the order of the drafts. */
export async function numbered(
  { eventId }: Event,
  drafts: readonly SeatDraft[],
  { ids, clock }: { ids: Ids; clock: Clock },
): Promise<CatalogSeat[]> {
  const first = await ids.nextBlock('seat', drafts.length);
  const createdAt = clock.now();
  return drafts.map((draft, index) => ({ seatId: first + index, eventId, createdAt, ...draft }));
}
