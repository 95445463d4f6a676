import type { SeatDraft } from '../catalog/seat.ts';
import type { CatalogService, EventDraft } from '../catalog/service.ts';
import { MINUTE } from '../core/clock.ts';
import { isRefusal } from '../core/refusal.ts';
import { arena, club } from './halls.ts';
import { ORDERS_DEMO, ordersHall } from './orders.ts';

/** Makes the demo events when there is no event yet; says whether it did. */
export async function seedDemo(catalog: CatalogService): Promise<boolean> {
  const { total } = await catalog.page({ status: undefined, page: 1, size: 1 });
  if (total === 0) await makeDemoEvents(catalog);
  return total === 0;
}

/** Events to try the program on, all on sale: an arena of 10,000 seats, a club of 100, and those of the editions. */
export async function makeDemoEvents(catalog: CatalogService): Promise<void> {
  const startsAt = Date.UTC(2027, 2, 27, 10, 0);
  await makeEvent(
    catalog,
    { name: 'Onrush Live — 겨울 콘서트', venue: 'Seoul Arena · 서울 아레나', startsAt },
    arena(),
  );
  await makeEvent(
    catalog,
    { name: 'Club Night — 클럽 나이트', venue: 'Hongdae Club · 홍대 클럽', startsAt },
    club(),
  );
  for (const event of ORDERS_DEMO) await makeEvent(catalog, event, ordersHall());
}

async function makeEvent(
  catalog: CatalogService,
  what: Pick<EventDraft, 'name' | 'venue' | 'startsAt'>,
  seats: readonly SeatDraft[],
): Promise<void> {
  const created = await catalog.create(
    {
      ...what,
      totalSeats: seats.length,
      saleOpensAt: null,
      currency: 'KRW',
      inventory: 'seated',
      policy: { claimStrategy: 'atomic', holdMillis: 10 * MINUTE, seatsPerBuyer: 20, admissionMode: 'open' },
      seriesId: null,
      unnumberedPrice: 0,
    },
    undefined,
  );
  if (isRefusal(created)) throw new Error(`the demo event was refused: ${created.refused}`);
  const added = await catalog.addSeats(created.event.eventId, seats, undefined);
  if (isRefusal(added)) throw new Error(`the demo seats were refused: ${added.refused}`);
  await catalog.startSale(created.event.eventId);
}
