import { AccountService } from '../account/service.ts';
import { sqlAccountStore } from '../adapters/sql/catalog/account-store.ts';
import { sqlSeriesStore } from '../adapters/sql/catalog/series-store.ts';
import type { Database } from '../adapters/sql/database.ts';
import { seriesBuyers } from '../bridges/series-buyers.ts';
import { followSeries } from '../catalog/jobs.ts';
import { SeriesService } from '../catalog/series-service.ts';
import type { CatalogService } from '../catalog/service.ts';
import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import { FreeSeatLists } from '../editions/concerts/free-seats.ts';
import type { Announcements } from '../reservation/ports/announcements.ts';
import type { HoldHistory } from '../reservation/ports/hold-history.ts';
import type { SeatStore } from '../reservation/ports/seat-store.ts';
import { SalesDesk } from '../reservation/sales-desk.ts';
import type { Ground } from './ground.ts';

/** Lists of free seats that are kept for whoever asks next. */
const LISTS_KEPT = 1_000;

interface SeriesMachine {
  clock: Clock;
  database: Database;
  ground: Pick<Ground, 'catalogNews'>;
}

/** What is true of all events of a series, and of buyers beyond one event. */
export interface SeriesHere {
  series: SeriesService;
  accounts: AccountService;
  freeSeats: FreeSeatLists;
  /** To be told of every move of a seat. */
  seatListener: Pick<Announcements, 'seatsMoved' | 'seatsReloaded'>;
  salesDesk(history: HoldHistory): SalesDesk;
  follow(): () => void;
}

/** Part of `compose`. */
export async function composeSeries(
  { clock, database, ground }: SeriesMachine,
  needs: { catalog: CatalogService; ids: Ids; seatStore: () => SeatStore },
): Promise<SeriesHere> {
  const { catalog, ids, seatStore } = needs;
  const series = new SeriesService({ store: sqlSeriesStore(database), ids, clock, news: ground.catalogNews });
  await series.refresh();
  const accounts = new AccountService({ store: sqlAccountStore(database), ids, clock });
  const freeSeats = new FreeSeatLists({
    clock,
    kept: LISTS_KEPT,
    async read(eventId) {
      const seats = (await seatStore().seats(eventId))?.seats;
      return seats?.flatMap(({ seat, state }) =>
        state === 'AVAILABLE' ? [{ seatId: seat.seatId, number: seat.number }] : [],
      );
    },
  });
  return {
    series,
    accounts,
    freeSeats,
    seatListener: {
      seatsMoved: ({ eventId }) => freeSeats.moved(eventId),
      seatsReloaded: (eventId) => freeSeats.moved(eventId),
    },
    salesDesk: (history) =>
      new SalesDesk({ clock, buyers: seriesBuyers({ accounts, catalog, history, clock }) }),
    follow: () => followSeries(series, ground.catalogNews, clock),
  };
}
