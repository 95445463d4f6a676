import type { EventPolicy } from '../catalog/event.ts';
import type { SeriesService } from '../catalog/series-service.ts';
import type { CatalogService } from '../catalog/service.ts';
import type { Hundredths } from '../core/money.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { afterEffect } from '../core/unavailable.ts';
import type { FreeSeatLists } from '../editions/concerts/free-seats.ts';
import type { ConcertDraft, Concerts } from '../editions/concerts/ports/concerts.ts';

export interface ConcertCatalogNeeds {
  catalog: CatalogService;
  series: SeriesService;
  freeSeats: FreeSeatLists;
  /** Of events that this edition makes. */
  terms: { currency: string; price: Hundredths; policy: EventPolicy; seatsAtOnce: number };
  /** Nobody shall wait before a series that is no more. */
  clearLine(seriesId: number): Promise<void>;
}

/** The concerts edition asks the catalogue, whose series are its concerts. */
export function concertCatalog(needs: ConcertCatalogNeeds): Concerts {
  const { catalog, series, freeSeats, clearLine } = needs;
  const eventsOf = (seriesId: number) =>
    [...catalog.all()].filter((event) => event.seriesId === seriesId).sort((a, b) => a.eventId - b.eventId);
  return {
    all: () => series.all(),
    options: (seriesId) => (series.series(seriesId) ? eventsOf(seriesId) : refuse('SERIES_NOT_FOUND')),
    async freeSeats(eventId) {
      const event = catalog.event(eventId);
      const isShown = event && (event.seriesId === null || series.series(event.seriesId));
      const text = isShown ? await freeSeats.freeSeats(eventId) : undefined;
      return text ?? refuse('EVENT_NOT_FOUND');
    },
    setUp: (draft) => setUp(needs, draft),
    async cleanUp(seriesId) {
      const removed = await series.remove(seriesId);
      if (isRefusal(removed)) return removed;
      for (const { eventId } of eventsOf(seriesId))
        await afterEffect(() => catalog.change(eventId, { status: 'CANCELLED' }));
      await afterEffect(() => clearLine(seriesId));
      return { cleaned: true };
    },
    policy: (seriesId) => policyOf(series.series(seriesId)),
    async setPolicy(seriesId, policy) {
      const changed = await series.setPolicy(seriesId, policy);
      return isRefusal(changed) ? changed : policyOf(changed);
    },
  };
}

function policyOf(found: ReturnType<SeriesService['series']>) {
  if (!found) return refuse('SERIES_NOT_FOUND');
  return found.policy ?? refuse('SALES_POLICY_NOT_FOUND');
}

/** The events first and the series last: a concert is never seen half made. */
async function setUp(
  { catalog, series, terms }: ConcertCatalogNeeds,
  draft: ConcertDraft,
): Promise<{ seriesId: number; eventIds: number[] } | Refusal> {
  const { title, artist, agency, venue, dates, seatNumbers } = draft;
  const all = seatNumbers.length * dates.length;
  if (all > terms.seatsAtOnce) return refuse('HALL_FULL', { limit: terms.seatsAtOnce });
  const seriesId = await series.nextId();
  const eventIds: number[] = [];
  for (const startsAt of dates) {
    const created = await catalog.create(
      {
        name: title,
        startsAt,
        venue,
        seriesId,
        totalSeats: seatNumbers.length,
        saleOpensAt: null,
        currency: terms.currency,
        inventory: 'seated',
        policy: terms.policy,
        unnumberedPrice: 0,
      },
      undefined,
    );
    if (isRefusal(created)) return created;
    const { eventId } = created.event;
    const { price } = terms;
    const seats = seatNumbers.map(({ number, row }) => ({
      number,
      row,
      price,
      section: null,
      type: 'REGULAR',
      x: null,
      y: null,
      blocked: false,
    }));
    const added = await afterEffect(() => catalog.addSeats(eventId, seats, undefined));
    const onSale = isRefusal(added) ? added : await afterEffect(() => catalog.startSale(eventId));
    if (isRefusal(onSale)) return onSale;
    eventIds.push(eventId);
  }
  await afterEffect(() => series.create(seriesId, { title, artist, agency }));
  return { seriesId, eventIds };
}
