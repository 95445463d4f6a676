import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { Turns } from '../core/turns.ts';
import type { CatalogNews } from './ports/catalog-news.ts';
import type { SeriesStore } from './ports/series-store.ts';
import { refusalOfPolicy, type SalesPolicy, type Series, type SeriesDraft } from './series.ts';

export interface SeriesNeeds {
  store: SeriesStore;
  ids: Pick<Ids, 'nextBlock'>;
  clock: Clock;
  news: Pick<CatalogNews, 'changed'>;
}

/** Series, all of them in memory: every hold of an event that has one asks for its policy. */
export class SeriesService {
  readonly #needs: SeriesNeeds;
  #series = new Map<number, Series>();
  /** Of all as they were last read here. */
  #revision = -1;
  readonly #turns = new Turns<number>();

  constructor(needs: SeriesNeeds) {
    this.#needs = needs;
  }

  /** Takes over what is in the ledger, whoever wrote it. To be awaited before anything else. */
  async refresh(): Promise<void> {
    const { store } = this.#needs;
    const revision = await store.revision();
    if (revision === this.#revision) return;
    for (const series of await store.load()) this.#remember(series);
    this.#revision = revision;
  }

  /** Undefined when there is none, or none any more. */
  series(seriesId: number): Series | undefined {
    const series = this.#series.get(seriesId);
    return series?.removedAt === null ? series : undefined;
  }

  /** Oldest first. */
  all(): Series[] {
    return [...this.#series.values()]
      .filter(({ removedAt }) => removedAt === null)
      .sort((a, b) => a.seriesId - b.seriesId);
  }

  /** An id for a series whose events are made first, so that it is never seen without them. */
  nextId(): Promise<number> {
    return this.#needs.ids.nextBlock('series', 1);
  }

  async create(seriesId: number, draft: SeriesDraft): Promise<Series> {
    const { title, artist, agency } = draft;
    const createdAt = this.#needs.clock.now();
    const series: Series = {
      seriesId,
      title,
      artist,
      agency,
      createdAt,
      policy: null,
      revision: 1,
      removedAt: null,
    };
    await this.#save(series);
    return series;
  }

  setPolicy(seriesId: number, policy: SalesPolicy): Promise<Series | Refusal> {
    return this.#change(seriesId, (series) => refusalOfPolicy(policy) ?? { ...series, policy });
  }

  remove(seriesId: number): Promise<Series | Refusal> {
    return this.#change(seriesId, (series) => ({ ...series, removedAt: this.#needs.clock.now() }));
  }

  /** One change of a series at a time, each on what is known to be written. */
  #change(seriesId: number, changed: (series: Series) => Series | Refusal): Promise<Series | Refusal> {
    return this.#turns.take(seriesId, async () => {
      await this.refresh();
      const series = this.series(seriesId);
      if (!series) return refuse('SERIES_NOT_FOUND');
      const next = changed(series);
      if (isRefusal(next)) return next;
      const saved = { ...next, revision: series.revision + 1 };
      await this.#save(saved);
      return saved;
    });
  }

  async #save(series: Series): Promise<void> {
    // If it is not known whether it was written, the next change looks.
    this.#revision = -1;
    await this.#needs.store.save(series);
    this.#remember(series);
    await this.#needs.news.changed();
  }

  #remember(series: Series): void {
    const known = this.#series.get(series.seriesId);
    if (!known || known.revision < series.revision) this.#series.set(series.seriesId, series);
  }
}
