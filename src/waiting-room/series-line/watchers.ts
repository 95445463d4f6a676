import { onlyUnavailable } from '../../core/unavailable.ts';
import type { Standing } from './line.ts';
import type { SeriesLineNews } from './ports/series-line-news.ts';
import type { SeriesLineStore } from './ports/series-line-store.ts';

/** Somebody who watches his place. */
export interface SeriesLineWatcher {
  /** How he stands, at first and whenever it is otherwise. */
  standing(standing: Standing): void;
  /** He watches elsewhere now; nothing more is told here. */
  replaced(): void;
}

interface Watch {
  readonly seriesId: number;
  readonly watcher: SeriesLineWatcher;
  told: Standing | undefined;
}

export interface SeriesLineWatchersNeeds {
  store: Pick<SeriesLineStore, 'standings'>;
  news: SeriesLineNews;
}

/** Tells people how they stand, each at one place at a time: who watches anew is told no more where he watched before. */
export class SeriesLineWatchers {
  readonly #needs: SeriesLineWatchersNeeds;
  readonly #watches = new Map<string, Watch>();

  constructor(needs: SeriesLineWatchersNeeds) {
    this.#needs = needs;
  }

  /** Shows how somebody stands and then each change of it. The result ends it. */
  watch(seriesId: number, userId: string, standing: Standing, watcher: SeriesLineWatcher): () => void {
    this.#end(userId);
    this.#needs.news.watching(userId);
    const watch: Watch = { seriesId, watcher, told: undefined };
    this.#watches.set(userId, watch);
    tell(watch, standing);
    return () => {
      if (this.#watches.get(userId) === watch) this.#watches.delete(userId);
    };
  }

  /** Hears of the other nodes; the result ends it. */
  listen(): () => void {
    return this.#needs.news.listen({
      watching: (userId) => this.#end(userId),
      moved: (seriesId) => this.moved(seriesId),
    });
  }

  /** A line moved on. */
  moved(seriesId: number): void {
    this.#look(seriesId).catch(onlyUnavailable);
  }

  /** Looks how everybody stands: somebody's time may be over, and an operator may have changed a line by hand. */
  async look(): Promise<void> {
    const all = new Set([...this.#watches.values()].map(({ seriesId }) => seriesId));
    for (const seriesId of all) await this.#look(seriesId);
  }

  async #look(seriesId: number): Promise<void> {
    const watches = [...this.#watches].filter(([, watch]) => watch.seriesId === seriesId);
    if (watches.length === 0) return;
    const standings = await this.#needs.store.standings(
      seriesId,
      watches.map(([userId]) => userId),
    );
    for (const [index, [userId, watch]] of watches.entries()) {
      if (this.#watches.get(userId) === watch) tell(watch, standings[index] as Standing);
    }
  }

  #end(userId: string): void {
    const watch = this.#watches.get(userId);
    this.#watches.delete(userId);
    watch?.watcher.replaced();
  }
}

function tell(watch: Watch, standing: Standing): void {
  if (watch.told && isSame(watch.told, standing)) return;
  watch.told = standing;
  watch.watcher.standing(standing);
}

function isSame(told: Standing, standing: Standing): boolean {
  if (told.status === 'WAITING' && standing.status === 'WAITING') return told.rank === standing.rank;
  return told.status === standing.status;
}
