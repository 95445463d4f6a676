import type { Event } from './event.ts';
import type { HallBook } from './hall-book.ts';
import type { HallNews } from './hall-news.ts';
import type { CatalogStore } from './ports/catalog-store.ts';

/** Keeps the catalogue in memory as other nodes change it. One look at a time; who asks meanwhile gets the next. */
export class Following {
  readonly #store: CatalogStore;
  readonly #events: Map<number, Event>;
  readonly #halls: HallBook;
  readonly #news: HallNews;
  /** Of the catalogue as it was last read here. */
  #revision = 0;
  #looking: Promise<void> | undefined;
  #lookAgain = false;

  constructor(store: CatalogStore, memory: { events: Map<number, Event>; halls: HallBook; news: HallNews }) {
    this.#store = store;
    this.#events = memory.events;
    this.#halls = memory.halls;
    this.#news = memory.news;
  }

  refresh(): Promise<void> {
    this.#lookAgain = this.#looking !== undefined;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    do {
      this.#lookAgain = false;
      if ((await this.#store.revision()) !== this.#revision) await this.#read();
    } while (this.#lookAgain);
  }

  async #read(): Promise<void> {
    const { events, blocks } = await this.#store.load();
    for (const event of events) {
      // What was changed here meanwhile is newer than what was read.
      const known = this.#events.get(event.eventId);
      if (!known || known.revision < event.revision) this.#events.set(event.eventId, event);
    }
    this.#revision = events.reduce((sum, { revision }) => sum + revision, 0);
    this.#news.heard(this.#halls.follow(blocks));
  }
}
