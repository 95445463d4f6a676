import { LatestMap } from '../../../core/latest-map.ts';
import type { Database } from '../database.ts';
import { UNFINISHED } from './lanes-of-event.ts';
import type { Looking } from './looking.ts';
import { prepareEvent } from './preparing.ts';

const EVENTS_MAX = 10_000;

const EVENTS_OF_ALL = `SELECT DISTINCT event_id FROM seat_request WHERE ${UNFINISHED}`;

/** Events whose rows are there, or are being made. */
export class PreparedEvents {
  readonly #database: Database;
  readonly #looking: Pick<Looking, 'refresh'>;
  readonly #prepared = new LatestMap<number, Promise<void> | undefined>({ most: EVENTS_MAX });
  #foundAll = false;

  constructor(database: Database, looking: Pick<Looking, 'refresh'>) {
    this.#database = database;
    this.#looking = looking;
  }

  has(eventId: number): boolean {
    return this.#prepared.has(eventId);
  }

  /** Undefined when the event's rows are there. */
  prepare(eventId: number): Promise<void> | undefined {
    if (this.#prepared.has(eventId)) return this.#prepared.get(eventId);
    const preparing = this.#makeRows(eventId);
    this.#prepared.set(eventId, preparing);
    return preparing;
  }

  /** What one process alone left in the queue has no head yet. Looked for once. */
  async prepareAll(): Promise<void> {
    if (this.#foundAll) return;
    const events = await this.#database.query<{ event_id: number }>(EVENTS_OF_ALL);
    for (const { event_id } of events) await this.prepare(event_id);
    this.#foundAll = true;
  }

  async #makeRows(eventId: number): Promise<void> {
    try {
      await prepareEvent(this.#database, eventId);
      await this.#looking.refresh(eventId);
      this.#prepared.set(eventId, undefined);
    } catch (error) {
      this.#prepared.delete(eventId);
      throw error;
    }
  }
}
