import type { CatalogService } from '../catalog/service.ts';
import { type Clock, MINUTE, type Millis, pause, SECOND } from '../core/clock.ts';
import { every } from '../core/every.ts';
import { Unavailable } from '../core/unavailable.ts';
import type { EventOrders } from '../order/event-orders.ts';
import type { SeatHolds } from '../reservation/seat-holds.ts';

export interface EventEndNeeds {
  holds: Pick<SeatHolds, 'releaseEvery'>;
  orders: EventOrders;
  catalog: Pick<CatalogService, 'all'>;
  clock: Clock;
}

interface Ending {
  reason: string;
  actor: string;
}

const CANCELLED: Ending = { reason: 'the event is cancelled', actor: 'organiser' };
/** How long somebody who asks for the end of an event waits for it. */
const PATIENCE: Millis = 10 * SECOND;
const STEP_EVERY: Millis = 100;

const LOOKED_EVERY: Millis = SECOND;
/** An event at its end is looked at again so often, and for so long: what was on its way may only now be there. */
const QUIET_LOOKED_EVERY: Millis = 10 * SECOND;
const QUIET_FOR: Millis = MINUTE;

/** Takes back whatever anybody has of an event: holds, orders, and what was paid. */
export class EventEnd {
  readonly #needs: EventEndNeeds;

  constructor(needs: EventEndNeeds) {
    this.#needs = needs;
  }

  /** A step towards the end. Says how much was still open, so that it is asked again until nothing is. */
  async step(eventId: number, ending: Ending = CANCELLED): Promise<number> {
    const { holds, orders } = this.#needs;
    const released = await holds.releaseEvery(eventId, ending.actor);
    return released + (await orders.end(eventId, ending));
  }

  /** Resolves when nothing is open any more. Throws Unavailable when that takes longer than one waits for. */
  async finish(eventId: number, ending: Ending): Promise<void> {
    const { clock } = this.#needs;
    const until = clock.now() + PATIENCE;
    while ((await this.step(eventId, ending)) > 0) {
      if (clock.now() >= until)
        throw new Unavailable(`orders of event ${eventId} are still on their way`, { indefinite: true });
      await pause(clock, STEP_EVERY);
    }
  }

  /**
   * Brings cancelled events to their end, whoever cancelled them and whatever crashed on the way: the event's status is
   * all that it goes by. The result stops it.
   */
  keepEnding(): () => void {
    const { catalog, clock } = this.#needs;
    /** Events at their end: since when, and when they are looked at again. One entry an event at most. */
    const quiet = new Map<number, { since: Millis; lookAt: Millis }>();
    return every(clock, LOOKED_EVERY, async () => {
      for (const { eventId, status } of catalog.all()) {
        const known = quiet.get(eventId);
        if (status !== 'CANCELLED' || (known && known.lookAt > clock.now())) continue;
        if ((await this.step(eventId)) > 0) {
          quiet.delete(eventId);
          continue;
        }
        const now = clock.now();
        const since = known?.since ?? now;
        const isOver = now - since >= QUIET_FOR;
        quiet.set(eventId, { since, lookAt: isOver ? Number.POSITIVE_INFINITY : now + QUIET_LOOKED_EVERY });
      }
    });
  }
}
