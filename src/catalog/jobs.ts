import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { every } from '../core/every.ts';
import { Unavailable } from '../core/unavailable.ts';
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
  const deaf = news.listen(() => {
    look().catch((error) => {
      if (!(error instanceof Unavailable)) throw error;
    });
  });
  const stop = every(clock, LOOKED_EVERY, look);
  return () => {
    deaf();
    stop();
  };
}
