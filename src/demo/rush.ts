import type { SeatDraft } from '../catalog/seat.ts';
import type { CatalogService } from '../catalog/service.ts';
import { MINUTE } from '../core/clock.ts';
import type { CommandKey } from '../core/command.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { rowName } from './halls.ts';

const ROWS = 40;
const SEATS_IN_ROW = 80;
const WON = 100;

/** An event of the rush edition, on sale. Made step by step: asked again with the same key, it goes on where it was. */
export async function makeRushHall(
  catalog: CatalogService,
  key: CommandKey | undefined,
): Promise<number | Refusal> {
  const seats = rushHall();
  const created = await catalog.create(
    {
      name: 'Rush demo hall',
      venue: null,
      startsAt: Date.UTC(2027, 4, 1, 10, 0),
      totalSeats: seats.length,
      saleOpensAt: null,
      currency: 'KRW',
      inventory: 'seated',
      policy: { claimStrategy: 'atomic', holdMillis: MINUTE, seatsPerBuyer: 20, admissionMode: 'open' },
      seriesId: null,
      unnumberedPrice: 0,
    },
    key,
  );
  if (isRefusal(created)) return created;
  const { eventId } = created.event;
  const isEmpty = ((await catalog.hall(eventId))?.seats.length ?? 0) === 0;
  const added = isEmpty ? await catalog.addSeats(eventId, seats, undefined) : undefined;
  const started = isRefusal(added) ? added : await catalog.startSale(eventId, undefined);
  return isRefusal(started) ? started : eventId;
}

/** 3,200 seats, A1 to AN80. */
export function rushHall(): SeatDraft[] {
  return Array.from({ length: ROWS * SEATS_IN_ROW }, (_, index) => {
    const row = Math.floor(index / SEATS_IN_ROW);
    const name = rowName(row);
    const place = (index % SEATS_IN_ROW) + 1;
    return {
      number: `${name}${place}`,
      section: 'Hall',
      row: name,
      type: 'REGULAR',
      price: 100_000 * WON,
      x: place - SEATS_IN_ROW / 2,
      y: 4 + row * 1.1,
      blocked: false,
    };
  });
}
