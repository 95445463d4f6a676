import type { Clock, Millis } from '../../core/clock.ts';
import { LatestMap } from '../../core/latest-map.ts';

/** Seats that other nodes sold are not shown as free for longer than this, and what it takes to look. */
const OLDEST: Millis = 500;
/** A list that takes long to make is not made for each seat that moves: the looking stays a tenth of the time. */
const PAUSES = 9;

export interface FreeSeat {
  seatId: number;
  number: string;
}

interface Listed {
  readonly text: Promise<string | undefined>;
  readonly begunAt: Millis;
  /** Known once it is made. */
  tookMillis: Millis | undefined;
  /** A seat moved since it was begun. */
  isStale: boolean;
}

export interface FreeSeatListsNeeds {
  /** The free seats of an event, in its order; undefined when there is no such event. */
  read(eventId: number): Promise<readonly FreeSeat[] | undefined>;
  clock: Clock;
  /** So many lists are kept. */
  kept: number;
}

/** The free seats of events as JSON, read once for everybody who asks at the same time. */
export class FreeSeatLists {
  readonly #needs: FreeSeatListsNeeds;
  readonly #lists: LatestMap<number, Listed>;

  constructor(needs: FreeSeatListsNeeds) {
    this.#needs = needs;
    this.#lists = new LatestMap({ most: needs.kept });
  }

  /** Compact, one line, the keys in the order id, seatNumber, status. Undefined when there is no such event. */
  freeSeats(eventId: number): Promise<string | undefined> {
    const listed = this.#lists.get(eventId);
    return listed && this.#isFresh(listed) ? listed.text : this.#list(eventId).text;
  }

  /** A seat of the event moved on this node. */
  moved(eventId: number): void {
    const listed = this.#lists.get(eventId);
    if (listed) listed.isStale = true;
  }

  #isFresh({ isStale, begunAt, tookMillis }: Listed): boolean {
    const age = this.#needs.clock.now() - begunAt;
    if (age >= OLDEST) return false;
    return !isStale || (tookMillis !== undefined && age < PAUSES * tookMillis);
  }

  #list(eventId: number): Listed {
    const { read, clock } = this.#needs;
    const begunAt = clock.now();
    const text = read(eventId).then((seats) => {
      listed.tookMillis = clock.now() - begunAt;
      return seats && JSON.stringify(seats.map(wireSeat));
    });
    const listed: Listed = { text, begunAt, tookMillis: undefined, isStale: false };
    this.#lists.set(eventId, listed);
    // What could not be read, or is not there, is asked for anew.
    const forget = () => {
      if (this.#lists.get(eventId) === listed) this.#lists.delete(eventId);
    };
    text.then((made) => made ?? forget(), forget);
    return listed;
  }
}

function wireSeat({ seatId, number }: FreeSeat) {
  return { id: seatId, seatNumber: number, status: 'AVAILABLE' };
}
