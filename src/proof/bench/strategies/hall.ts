import type { Clock } from '../../../core/clock.ts';
import type { Ids } from '../../../core/ids.ts';
import type { Random } from '../../../core/random.ts';
import type { Seat } from '../../../reservation/seat.ts';

const EVENT_BYTES = 5;
const SEATS_IN_ROW = 50;

/**
 * A hall of equal seats. Its event's number is thrown, because several ledgers, which would count from 1 each, are tried
 * on one Redis.
 */
export async function hallOf(
  { ids, random, clock }: { ids: Ids; random: Random; clock: Clock },
  count: number,
): Promise<{ eventId: number; seats: Seat[] }> {
  const eventId = Number.parseInt(random.hex(EVENT_BYTES), 16);
  const firstId = await ids.nextBlock('seat', count);
  const createdAt = clock.now();
  const seats = Array.from({ length: count }, (_, index) => ({
    seatId: firstId + index,
    eventId,
    number: `${index + 1}`,
    section: null,
    row: `${Math.floor(index / SEATS_IN_ROW) + 1}`,
    type: 'REGULAR',
    price: 100_00,
    x: null,
    y: null,
    blocked: false,
    createdAt,
  }));
  return { eventId, seats };
}
