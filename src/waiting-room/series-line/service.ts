import { type Refusal, refuse } from '../../core/refusal.ts';
import type { Standing } from './line.ts';
import type { SeriesLineNews } from './ports/series-line-news.ts';
import type { SeriesLineStore } from './ports/series-line-store.ts';
import type { SeriesList } from './ports/series-list.ts';

export interface SeriesLineNeeds {
  store: SeriesLineStore;
  series: SeriesList;
  news: Pick<SeriesLineNews, 'moved'>;
  /** Told of each line that has moved on. */
  moved(seriesId: number): void;
}

/** The lines before series of events. Who was let in may buy for a time, whichever series let him in. */
export class SeriesLineService {
  readonly #needs: SeriesLineNeeds;

  constructor(needs: SeriesLineNeeds) {
    this.#needs = needs;
  }

  async join(seriesId: number, userId: string): Promise<Standing | Refusal> {
    const { store, series } = this.#needs;
    return series.exists(seriesId) ? store.join(seriesId, userId) : refuse('SERIES_NOT_FOUND');
  }

  async standing(seriesId: number, userId: string): Promise<Standing | Refusal> {
    const { store, series } = this.#needs;
    if (!series.exists(seriesId)) return refuse('SERIES_NOT_FOUND');
    const [standing] = await store.standings(seriesId, [userId]);
    return standing as Standing;
  }

  isActive(userId: string): Promise<boolean> {
    return this.#needs.store.isActive(userId);
  }

  /** A seat came back: the next one is let in, and may take it. Says who. */
  async letInNext(seriesId: number): Promise<string[]> {
    const userIds = await this.#needs.store.letInNext(seriesId);
    if (userIds.length > 0) this.#tell(seriesId);
    return userIds;
  }

  /** Lets in everybody whose turn has come. To be called a few times a second, by as many nodes as like. */
  async letIn(): Promise<void> {
    const { store, series } = this.#needs;
    const all = series.all();
    if (all.length === 0) return;
    for (const { seriesId } of await store.letIn(all)) this.#tell(seriesId);
  }

  /** The series is no more. */
  clear(seriesId: number): Promise<void> {
    return this.#needs.store.clear(seriesId);
  }

  #tell(seriesId: number): void {
    this.#needs.moved(seriesId);
    this.#needs.news.moved(seriesId);
  }
}
