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
import type { HoldHistory } from '../reservation/ports/hold-history.ts';
import { SalesDesk } from '../reservation/sales-desk.ts';
import type { Ground } from './ground.ts';

interface SeriesMachine {
  clock: Clock;
  database: Database;
  ground: Pick<Ground, 'catalogNews'>;
}

/** What is true of all events of a series, and of buyers beyond one event. */
export interface SeriesHere {
  series: SeriesService;
  accounts: AccountService;
  salesDesk(history: HoldHistory): SalesDesk;
  follow(): () => void;
}

/** Part of `compose`. */
export async function composeSeries(
  { clock, database, ground }: SeriesMachine,
  { catalog, ids }: { catalog: CatalogService; ids: Ids },
): Promise<SeriesHere> {
  const series = new SeriesService({ store: sqlSeriesStore(database), ids, clock, news: ground.catalogNews });
  await series.refresh();
  const accounts = new AccountService({ store: sqlAccountStore(database), ids, clock });
  return {
    series,
    accounts,
    salesDesk: (history) =>
      new SalesDesk({ clock, buyers: seriesBuyers({ accounts, catalog, history, clock }) }),
    follow: () => followSeries(series, ground.catalogNews, clock),
  };
}
