import { LatestMap } from '../../../core/latest-map.ts';
import type { Database } from '../database.ts';
import { WAITING_AT } from './waitlist-row.ts';

const ANY = `SELECT live_place FROM waitlist_entry waiting WHERE ${WAITING_AT('?')} LIMIT 1`;
/** Lines remembered; it costs a query to remember one anew. */
const REMEMBERED_MAX = 10_000;

/** Whether anybody waits at an event: remembered where no other node writes, else one query for all who ask at a time. */
export class WaitedFor {
  readonly #database: Database;
  readonly #isAlone: boolean;
  readonly #known = new LatestMap<number, boolean>({ most: REMEMBERED_MAX });
  /** Changes under way or done, so that what was read before one is not remembered after it. */
  #changes = 0;
  readonly #asking = new Map<number, Promise<boolean>>();

  constructor(database: Database, { isAlone }: { isAlone: boolean }) {
    this.#database = database;
    this.#isAlone = isAlone;
  }

  isAnyWaiting(eventId: number): boolean | Promise<boolean> {
    const known = this.#known.get(eventId);
    if (known !== undefined) return known;
    const asking = this.#asking.get(eventId) ?? this.#ask(eventId);
    this.#asking.set(eventId, asking);
    return asking;
  }

  /** Runs a change of entries; what is known of their lines is known no more. */
  async whileChanging<R>(entries: readonly { eventId: number }[], change: () => Promise<R>): Promise<R> {
    this.#forget(entries);
    try {
      return await change();
    } finally {
      this.#forget(entries);
    }
  }

  /** Somebody joined, and waits. */
  joined(eventId: number): void {
    this.#changes++;
    this.#remember(eventId, true);
  }

  #forget(entries: readonly { eventId: number }[]): void {
    this.#changes++;
    for (const { eventId } of entries) this.#known.delete(eventId);
  }

  async #ask(eventId: number): Promise<boolean> {
    // Leaves the caller's turn first, so that a crowd of one turn is one query.
    await undefined;
    this.#asking.delete(eventId);
    const before = this.#changes;
    const isAny = (await this.#database.query(ANY, [eventId])).length > 0;
    if (before === this.#changes) this.#remember(eventId, isAny);
    return isAny;
  }

  #remember(eventId: number, isAny: boolean): void {
    if (this.#isAlone) this.#known.set(eventId, isAny);
  }
}
