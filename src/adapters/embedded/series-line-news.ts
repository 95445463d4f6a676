import type { SeriesLineNews } from '../../waiting-room/series-line/ports/series-line-news.ts';

/** There is no other node to tell. */
export function embeddedSeriesLineNews(): SeriesLineNews {
  return { watching: () => undefined, moved: () => undefined, listen: () => () => undefined };
}
