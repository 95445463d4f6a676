import { type Clock, type Millis, SECOND } from '../../../core/clock.ts';
import { every } from '../../../core/every.ts';
import { LANES } from '../../../request-queue/policy.ts';
import type { Database } from '../database.ts';
import type { AcceptedHere } from './accepted-here.ts';
import { EventDesk } from './event-desk.ts';
import type { KnownLanes } from './known-lanes.ts';

/** A node of which nothing is heard for so long has lost what it claimed. */
export const CLAIM_TERM: Millis = 10 * SECOND;
const RENEWALS_PER_TERM = 4;
/** Clocks of nodes differ by less. */
const CAUTION: Millis = SECOND;

const RENEW = 'UPDATE request_head SET held_until = ? WHERE event_id = ? AND holder = ?';
const RELEASE = 'UPDATE request_head SET held_until = 0 WHERE event_id = ? AND holder = ?';

export interface EventDesksNeeds {
  /** This node. */
  me: string;
  database: Database;
  clock: Clock;
  known: KnownLanes;
  accepted: AcceptedHere;
}

/** The heads of events at which this node is. Of one at which a worker of it is, it says so four times in a term. */
export class EventDesks {
  readonly #needs: EventDesksNeeds;
  readonly #desks = new Map<number, EventDesk>();
  readonly #stopRenewing: () => void;

  constructor(needs: EventDesksNeeds) {
    this.#needs = needs;
    this.#stopRenewing = every(needs.clock, CLAIM_TERM / RENEWALS_PER_TERM, () => this.#renew());
  }

  of(eventId: number): EventDesk {
    const known = this.#desks.get(eventId);
    if (known) return known;
    for (const [other, desk] of this.#desks) if (desk.isIdle) this.#desks.delete(other);
    const { database, clock, me, known: lanes, accepted } = this.#needs;
    const desk: EventDesk = new EventDesk(eventId, {
      database,
      clock,
      headIs: (head) => {
        lanes.headIs(head);
        for (const lane of LANES) accepted.passed({ eventId, lane }, head.through[lane]);
        desk.heldUntil = head.holder === me ? head.heldUntil : 0;
      },
    });
    this.#desks.set(eventId, desk);
    return desk;
  }

  oursUntil(eventId: number): Millis {
    return (this.#desks.get(eventId)?.heldUntil ?? 0) - CAUTION;
  }

  /** Leaves what was claimed here to others at once, and ends. */
  async close(): Promise<void> {
    this.#stopRenewing();
    for (const eventId of this.#desks.keys()) await this.#change(RELEASE, [eventId, this.#needs.me]);
  }

  /** Of what a worker of this node is at. What was put back is for whoever comes first, once its term is over. */
  async #renew(): Promise<void> {
    for (const desk of this.#desks.values()) {
      if (desk.inFlight.size === 0) continue;
      const until = this.#needs.clock.now() + CLAIM_TERM;
      const isHeld = await this.#change(RENEW, [until, desk.eventId, this.#needs.me]);
      desk.heldUntil = isHeld ? Math.max(desk.heldUntil, until) : 0;
    }
  }

  async #change(sql: string, params: (string | number)[]): Promise<boolean> {
    const { database } = this.#needs;
    return (await database.transaction((transaction) => transaction.change(sql, params))) > 0;
  }
}
