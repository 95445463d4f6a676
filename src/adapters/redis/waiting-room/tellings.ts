import type { Millis } from '../../../core/clock.ts';
import { onlyUnavailable } from '../../../core/unavailable.ts';
import type { RoomView } from '../../../waiting-room/command.ts';
import type { Announcements } from '../../../waiting-room/ports/announcements.ts';
import type { RedisConnection } from '../connection/connection.ts';
import { type News, type Telling, toldChannel } from './channels.ts';

import type { RoomLimits } from './limits.ts';

/** More go into another message: none shall hold the channel up. */
const PLACES_AT_ONCE = 500;

export interface TellingsNeeds {
  connection: Pick<RedisConnection, 'subscribe' | 'publish' | 'ownClock'>;
  node: string;
  limits: RoomLimits;
  announcements: Announcements;
  seen(view: RoomView | undefined): void;
  /** Another node begins to lead: whoever led before answers nothing any more. */
  begins(): void;
  /** Another node leads under this fence, and nobody under a lower one. */
  leads(fence: number): void;
}

/** What the lead of one room tells, at its own node at once and at the others over Redis, where each hears it in order. */
export class Tellings {
  readonly #eventId: number;
  readonly #needs: TellingsNeeds;
  readonly #unsubscribe: () => void;
  #told = 0;
  #heard: { fence: number; number: number } = { fence: 0, number: 0 };
  /** When a lead was last heard; until then, when this node began to listen. */
  #heardAt: Millis;
  #canBeAsked = false;

  constructor(eventId: number, needs: TellingsNeeds) {
    this.#eventId = eventId;
    this.#needs = needs;
    this.#heardAt = needs.connection.ownClock.now();
    let isFirst = true;
    this.#unsubscribe = needs.connection.subscribe(toldChannel(eventId), {
      message: (text) => this.#hear(JSON.parse(text) as Telling),
      listening: () => {
        if (!isFirst) needs.announcements.missed(eventId);
        isFirst = false;
      },
    });
  }

  /** Whether another node leads and can be asked. One that is frozen is heard of no more. */
  get isLed(): boolean {
    return this.#canBeAsked && this.#silentFor < this.#needs.limits.silentMillis;
  }

  /** For how long no lead that can be asked has been known. */
  get unledFor(): Millis {
    return this.isLed ? 0 : this.#silentFor;
  }

  /** A question found nobody. */
  nobodyHeard(): void {
    this.#canBeAsked = false;
  }

  get #silentFor(): Millis {
    return this.#needs.connection.ownClock.now() - this.#heardAt;
  }

  close(): void {
    this.#unsubscribe();
  }

  /** What was not told is noticed by its number, with the next that is. */
  async tell(fence: number, news: News): Promise<void> {
    const telling: Telling = { node: this.#needs.node, fence, number: ++this.#told, ...news };
    await this.#needs.connection
      .publish(toldChannel(this.#eventId), JSON.stringify(telling))
      .catch(onlyUnavailable);
  }

  /** Of what is decided at this node under a fence. */
  announcementsOf(fence: number): Announcements {
    const { announcements } = this.#needs;
    return {
      placesMoved: (eventId, places, view) => {
        announcements.placesMoved(eventId, places, view);
        for (let first = 0; first < places.length || first === 0; first += PLACES_AT_ONCE) {
          const some = places.slice(first, first + PLACES_AT_ONCE);
          void this.tell(fence, { type: 'places', places: some, view });
        }
      },
      roomChanged: (eventId, view) => {
        announcements.roomChanged(eventId, view);
        void this.tell(fence, { type: 'room', view });
      },
      missed: (eventId) => announcements.missed(eventId),
    };
  }

  #hear(telling: Telling): void {
    const { announcements, begins, connection, leads, seen, node } = this.#needs;
    if (telling.node === node || telling.fence < this.#heard.fence) return;
    this.#heardAt = connection.ownClock.now();
    this.#canBeAsked = telling.type !== 'leads';
    const { fence, number } = telling;
    const before = this.#heard;
    this.#heard = { fence, number };
    leads(fence);
    if (telling.type === 'leads') begins();
    if (fence > before.fence || number !== before.number + 1) announcements.missed(this.#eventId);
    if ('view' in telling) seen(telling.view);
    if (telling.type === 'places') announcements.placesMoved(this.#eventId, telling.places, telling.view);
    else if (telling.type === 'room') announcements.roomChanged(this.#eventId, telling.view);
  }
}
