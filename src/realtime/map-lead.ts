import type { Clock, Millis } from '../core/clock.ts';
import type { Lease, Leases } from '../core/leases.ts';
import { onlyUnavailable } from '../core/unavailable.ts';
import type { MapBoard, NextVersion, Patch } from './ports/map-board.ts';
import type { MapTellings } from './ports/map-tellings.ts';

export interface MapLeadNeeds {
  board: MapBoard;
  leases: Leases;
  clock: Clock;
  /** Tells these maps from others of the same events, whose seats are shown in other words; `map`, unless it is said. */
  name?: string;
  tellings?: Partial<MapTellings> | undefined;
}

/** What this node shows of a map, and is to hear of what it publishes. */
export interface Publishing {
  /** Takes what is different from what is shown; undefined when nothing is, or when the map is being read. */
  news(): Omit<NextVersion, 'fence'> | undefined;
  stood(patch: Patch): void;
  /** The board would not have it, or nobody knows. */
  fell(): void;
}

/** The lead of one event's map: the node that holds its lease publishes the next version, one at a time. */
export class MapLead {
  readonly #eventId: number;
  readonly #needs: MapLeadNeeds;
  #lease: Lease | undefined;
  #publishing: Promise<void> | undefined;
  /** When the first change came that is not published yet. */
  #changedAt: Millis | undefined;

  constructor(eventId: number, needs: MapLeadNeeds) {
    this.#eventId = eventId;
    this.#needs = needs;
  }

  get isHere(): boolean {
    return this.#lease?.fence() !== undefined;
  }

  /** Stands for the lead, once; `had` is called each time that this node begins to lead. */
  stand(had: () => void): void {
    if (this.#lease) return;
    const { leases, name = 'map' } = this.#needs;
    this.#lease = leases.lease(`${name}:${this.#eventId}`);
    this.#lease.whenHad(had);
  }

  close(): void {
    void this.#lease?.release();
  }

  /** A change came that is to be published. */
  changed(): void {
    this.#changedAt ??= this.#needs.clock.now();
  }

  /** The map was read: what had come is in it. */
  forgetChanges(): void {
    this.#changedAt = undefined;
  }

  /** Publishes what is different now, if this node leads. */
  async publish(publishing: Publishing): Promise<void> {
    while (this.#publishing) await this.#publishing;
    this.#publishing = this.#publish(publishing).finally(() => {
      this.#publishing = undefined;
    });
    await this.#publishing;
  }

  async #publish(publishing: Publishing): Promise<void> {
    const fence = this.#lease?.fence();
    const news = fence === undefined ? undefined : publishing.news();
    if (fence === undefined || !news) return;
    const since = this.#changedAt;
    this.#changedAt = undefined;
    const stands = await this.#needs.board.publish(this.#eventId, { ...news, fence }).catch(onlyUnavailable);
    if (!stands) return publishing.fell();
    publishing.stood(news.patch);
    if (since !== undefined) this.#needs.tellings?.mapTold?.(this.#needs.clock.now() - since);
  }
}
