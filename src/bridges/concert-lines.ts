import type { CatalogService } from '../catalog/service.ts';
import type { Lines } from '../editions/concerts/ports/lines.ts';
import type { SeriesLineService } from '../waiting-room/series-line/service.ts';
import type { SeriesLineWatchers } from '../waiting-room/series-line/watchers.ts';

export interface ConcertLinesNeeds {
  lines: SeriesLineService;
  watchers: SeriesLineWatchers;
  catalog: Pick<CatalogService, 'event'>;
}

/** The lines of the concerts edition are those before series. */
export function concertLines({ lines, watchers, catalog }: ConcertLinesNeeds): Lines {
  return {
    join: (seriesId, userId) => lines.join(seriesId, userId),
    standing: (seriesId, userId) => lines.standing(seriesId, userId),
    isActive: (userId) => lines.isActive(userId),
    async letInFor(eventId) {
      const seriesId = catalog.event(eventId)?.seriesId ?? null;
      return seriesId === null ? [] : lines.letInNext(seriesId);
    },
    watch: ({ seriesId, userId }, standing, watcher) => watchers.watch(seriesId, userId, standing, watcher),
  };
}
