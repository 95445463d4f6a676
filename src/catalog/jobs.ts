import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { every } from '../core/every.ts';
import { onlyUnavailable } from '../core/unavailable.ts';
import type { CatalogNews } from './ports/catalog-news.ts';
import type { SeriesService } from './series-service.ts';
import type { CatalogService } from './service.ts';

/** In case news was lost. */
const LOOKED_EVERY: Millis = 5 * SECOND;

/** Keeps this node's catalogue as other nodes change it: at once when told, else at the next look. */
export function followCatalog(catalog: CatalogService, news: CatalogNews, clock: Clock): () => void {
  return follow(() => catalog.follow(), news, clock);
}

/** The same for series. */
export function followSeries(series: SeriesService, news: CatalogNews, clock: Clock): () => void {
  return follow(() => series.refresh(), news, clock);
}

function follow(look: () => Promise<void>, news: CatalogNews, clock: Clock): () => void {
  const deaf = news.listen(() => void look().catch(onlyUnavailable));
  const stop = every(clock, LOOKED_EVERY, look);
  return () => {
    deaf();
    stop();
  };
}
