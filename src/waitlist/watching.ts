import { Audience } from '../core/audience.ts';
import { type Clock, type Millis, SECOND } from '../core/clock.ts';
import { onlyUnavailable } from '../core/unavailable.ts';
import { type Entry, isLive } from './entry.ts';
import type { Standing, WaitlistEntries } from './ports/waitlist-entries.ts';

/** A line moves with every party that is served; who waits is told of it at most this often. */
const TOLD_EVERY: Millis = 100;
/** What moved at another node is seen after this at the latest. */
const LOOK_EVERY: Millis = SECOND;
const PAGE = 2_000;

/** Told how somebody stands: at first and whenever it has changed. Undefined: he never had a place. */
export type Tell = (standing: Standing | undefined) => void;

interface Watch {
  readonly userId: string;
  readonly tell: Tell;
  /** What was told last, to tell only what is different. */
  told: string | undefined;
}

export interface WatchingNeeds {
  entries: Pick<WaitlistEntries, 'list' | 'latestOf'>;
  clock: Clock;
}

/** Tells those who watch their places how they stand. One reading of the line serves everybody who watches it. */
export class Watching {
  readonly #needs: WatchingNeeds;
  readonly #watched = new Audience<number, Watch>();
  readonly #due = new Map<number, () => void>();

  constructor(needs: WatchingNeeds) {
    this.#needs = needs;
  }

  /** The result ends it. */
  watch(eventId: number, userId: string, tell: Tell): () => void {
    const watch: Watch = { userId, tell, told: undefined };
    const leave = this.#watched.join(eventId, watch);
    this.#lookSoon(eventId, 0);
    return () => {
      leave();
      if (this.#watched.has(eventId)) return;
      this.#due.get(eventId)?.();
      this.#due.delete(eventId);
    };
  }

  moved({ eventId }: Pick<Entry, 'eventId'>): void {
    if (this.#watched.has(eventId)) this.#lookSoon(eventId, TOLD_EVERY);
  }

  #lookSoon(eventId: number, delay: Millis): void {
    const planned = this.#due.get(eventId);
    if (planned && delay >= TOLD_EVERY) return;
    planned?.();
    const cancel = this.#needs.clock.after(delay, () => {
      this.#due.delete(eventId);
      void this.#look(eventId).finally(() => this.#lookLater(eventId));
    });
    this.#due.set(eventId, cancel);
  }

  #lookLater(eventId: number): void {
    if (!this.#watched.has(eventId) || this.#due.has(eventId)) return;
    const cancel = this.#needs.clock.after(LOOK_EVERY, () => {
      this.#due.delete(eventId);
      void this.#look(eventId).finally(() => this.#lookLater(eventId));
    });
    this.#due.set(eventId, cancel);
  }

  async #look(eventId: number): Promise<void> {
    try {
      const line = await this.#read(eventId);
      const watches = [...this.#watched.of(eventId)];
      const others = new Set(watches.map(({ userId }) => userId).filter((userId) => !line.has(userId)));
      const latest = others.size > 0 ? await this.#needs.entries.latestOf(eventId, [...others]) : [];
      const left = new Map(latest.map((entry) => [entry.userId, entry]));
      for (const watch of watches) {
        const entry = left.get(watch.userId);
        // Who came after the line was read is told with the next reading, which knows who is before him.
        if (entry && isLive(entry)) continue;
        tellIfNew(watch, line.get(watch.userId) ?? (entry && { entry, ahead: 0 }));
      }
    } catch (error) {
      onlyUnavailable(error);
    }
  }

  async #read(eventId: number): Promise<Map<string, Standing>> {
    const line = new Map<string, Standing>();
    let ahead = 0;
    for (let after = 0; ; ) {
      const page = await this.#needs.entries.list(eventId, { after, limit: PAGE, liveOnly: true });
      for (const entry of page) {
        const isWaiting = entry.state === 'WAITING';
        line.set(entry.userId, { entry, ahead: isWaiting ? ahead++ : 0 });
      }
      const last = page.at(-1);
      if (!last || page.length < PAGE) return line;
      after = last.place;
    }
  }
}

function tellIfNew(watch: Watch, now: Standing | undefined): void {
  const text = now ? `${now.entry.place} ${now.entry.revision} ${now.ahead}` : 'nothing';
  if (text === watch.told) return;
  watch.told = text;
  watch.tell(now);
}
