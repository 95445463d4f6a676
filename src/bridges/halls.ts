import type { SalesPolicy } from '../catalog/series.ts';
import type { SeriesService } from '../catalog/series-service.ts';
import type { CatalogService } from '../catalog/service.ts';
import type { Halls } from '../reservation/ports/halls.ts';
import type { SalesTerms } from '../reservation/sales-terms.ts';

/** The seats ask the catalogue for events, their series and halls. */
export function hallsOf(catalog: CatalogService, series: Pick<SeriesService, 'series'>): Halls {
  const salesOf = (seriesId: number | null) => {
    const policy = seriesId === null ? undefined : series.series(seriesId)?.policy;
    return policy ? salesTerms(seriesId as number, policy) : undefined;
  };
  return {
    terms(eventId) {
      const event = catalog.event(eventId);
      return (
        event && {
          onSale: catalog.isOnSale(event),
          status: event.status,
          currency: event.currency,
          holdMillis: event.policy.holdMillis,
          seatsPerBuyer: event.policy.seatsPerBuyer,
          seriesId: event.seriesId,
          sales: salesOf(event.seriesId),
        }
      );
    },
    hall: (eventId) => catalog.hall(eventId),
    eventOfSeat: (seatId) => catalog.eventOfSeat(seatId),
  };
}

function salesTerms(seriesId: number, policy: SalesPolicy): SalesTerms {
  const { presaleStartsAt, presaleEndsAt, presaleMinimumTier, generalSaleStartsAt, reservationsPerBuyer } =
    policy;
  return {
    seriesId,
    presale:
      presaleStartsAt === null || presaleEndsAt === null
        ? null
        : { startsAt: presaleStartsAt, endsAt: presaleEndsAt, minimumTier: presaleMinimumTier },
    generalFrom: generalSaleStartsAt,
    reservationsPerBuyer,
  };
}
