import { unreachable } from '../../../core/assert.ts';
import type { Millis } from '../../../core/clock.ts';
import { type Refusal, refuse } from '../../../core/refusal.ts';
import { onlyUnavailable } from '../../../core/unavailable.ts';
import type { SeatCounts } from '../../../reservation/claims.ts';
import type { ReplyTo, SeatCommand } from '../../../reservation/command.ts';
import type { PartyWish } from '../../../reservation/free-seats.ts';
import type { Hall } from '../../../reservation/hall.ts';
import { type Hold, isLive } from '../../../reservation/hold.ts';
import type { Offer, SeatNow, SeatStore } from '../../../reservation/ports/seat-store.ts';
import { seenOf } from './answers.ts';
import { beginPayment, blockSeats, extendHold, releaseHolds } from './claim-changes.ts';
import { EventHolds } from './event-holds.ts';
import { EventSeats } from './event-seats.ts';
import { holdBest, holdSeats } from './holding.ts';
import { holdField, LOADED_EVENTS, seatField } from './keys.ts';
import { type RedisSeatStoreNeeds, SEAT_STORE_LIMITS, type StoreNeeds } from './needs.ts';
import { claimOf, liveClaimOf, stateOf } from './packed-seat.ts';
import { sellSeats } from './sale.ts';
import { type AuthorityTime, redisTime, seatScripts } from './scripts.ts';
import { endPayment, returnSale } from './settlement.ts';

/** Seats that are read by themselves; more, or all there are, are read from the hall that the node keeps. */
const SEATS_BY_NAME_MAX = 500;
/** Events that this node keeps in memory. */
const EVENTS_MAX = 2_000;
/** Events looked after at once, so that a house with many is not one burst. */
const EVENTS_AT_ONCE = 50;
/** Which events there are is asked again after this. */
const EVENTS_KNOWN_FOR: Millis = 5_000;

export interface RedisSeatStore extends SeatStore {
  /**
   * Resolves when everything decided in Redis so far, on any node, is in the ledger. Throws Unavailable when that takes
   * too long.
   */
  settled(eventId?: number): Promise<void>;
  /** The claims of the event come here now: they are loaded as the ledger has them. */
  adopt(eventId: number): Promise<void>;
  /** The event of a hold, live or ended. */
  eventOfHold(holdId: number): Promise<number | undefined>;
  /** Drops lapses that no longer count against anybody. */
  forgetLapses(): Promise<void>;
  /** Waits for what this node has not written yet, and stops listening. */
  close(): Promise<void>;
}

/**
 * The seat store on Redis, shared by many nodes. Each command is one script, which decides by Redis' clock; what it
 * changed goes into a log that follows into the ledger. From PAYING on the ledger decides (see SharedSeatLedger). When
 * Redis comes back empty, or as another than it was, the seats are loaded from the ledger under a new epoch.
 */
export function redisSeatStore(
  needs: RedisSeatStoreNeeds,
  time: AuthorityTime = redisTime(),
): RedisSeatStore {
  const run = seatScripts(needs.connection, time);
  const limits = { ...SEAT_STORE_LIMITS, ...needs.limits };
  return new Store({ ...needs, limits, run, node: needs.random.hex(8) });
}

class Store implements RedisSeatStore {
  readonly #needs: StoreNeeds;
  readonly #events = new Map<number, EventSeats>();
  readonly #holds: EventHolds;
  #loaded: { ids: Set<number>; until: number } = { ids: new Set(), until: 0 };
  #askedLedger = false;

  constructor(needs: StoreNeeds) {
    this.#needs = needs;
    this.#holds = new EventHolds(needs.holdBlocks);
  }

  async execute<C extends SeatCommand>(command: C): Promise<ReplyTo<C> | Refusal> {
    const event = this.#event(command.eventId);
    const hall = event.view.hallNow ?? (await event.view.hall());
    if (!hall) return this.#unknown(event);
    return (await this.#decide(event, hall, command)) as ReplyTo<C> | Refusal;
  }

  #decide(event: EventSeats, hall: Hall, command: SeatCommand): Promise<unknown> {
    switch (command.type) {
      case 'hold_seats':
        return holdSeats(event, hall, command);
      case 'hold_best':
        return holdBest(event, hall, command);
      case 'extend_hold':
        return extendHold(event, hall, command);
      case 'release_holds':
        return releaseHolds(event, hall, command);
      case 'begin_payment':
        return beginPayment(event, hall, command);
      case 'end_payment':
        return endPayment(event, hall, command);
      case 'sell_seats':
        return sellSeats(event, hall, command);
      case 'return_sale':
        return returnSale(event, hall, command);
      case 'block_seats':
      case 'unblock_seats':
        return blockSeats(event, hall, command);
      default:
        return unreachable(command);
    }
  }

  async seats(
    eventId: number,
    seatIds?: readonly number[],
  ): Promise<{ epoch: number; seats: SeatNow[] } | undefined> {
    const event = this.#event(eventId);
    const hall = await event.view.hall();
    if (!hall) return this.#nothing(event);
    const isPart = seatIds && seatIds.length < Math.min(SEATS_BY_NAME_MAX, hall.seats.length);
    if (isPart) return this.#seatsByName(event, hall, seatIds);
    const mirror = await event.view.mirrorAt(await event.look());
    const ordinals = seatIds ? ordinalsOf(mirror.hall, seatIds) : mirror.hall.inListOrder();
    const seats = Array.from(ordinals, (ordinal) => seatNow(mirror.hall, ordinal, mirror.seatAt(ordinal)));
    return { epoch: mirror.epoch, seats };
  }

  async offer(eventId: number, wish: PartyWish): Promise<Offer> {
    const event = this.#event(eventId);
    if (!(await event.view.hall())) return this.#nothing(event) ?? { together: undefined, groups: undefined };
    const { hall, room } = await event.view.mirrorAt(await event.look());
    const seatIds = (ordinals: readonly number[]) => ordinals.map((ordinal) => hall.seatAt(ordinal).seatId);
    const together = room.together(wish);
    const groups = together ? undefined : room.inGroups(wish);
    return { together: together && seatIds(together), groups: groups?.map(seatIds) };
  }

  async counts(eventId: number): Promise<SeatCounts> {
    const event = this.#event(eventId);
    const hall = await event.view.hall();
    if (!hall) {
      this.#nothing(event);
      return this.#needs.ledger.counts(eventId);
    }
    const { held, paying, sold, blocked } = await event.look();
    const available = hall.seats.length - held - paying - sold - blocked;
    return { AVAILABLE: available, HELD: held, PAYING: paying, SOLD: sold, BLOCKED: blocked };
  }

  async liveHold(holdId: number): Promise<Hold | undefined> {
    const eventId = await this.eventOfHold(holdId);
    if (eventId === undefined) return undefined;
    const event = this.#event(eventId);
    if (!(await event.view.hall())) return this.#nothing(event);
    const { word, fact } = await event.ask('seat-live', { fields: [holdField(holdId)] });
    if (word === 'NOTHING') return undefined;
    const comma = fact.indexOf(',');
    const hold = claimOf(eventId, Number(fact.slice(0, comma)), fact.slice(comma + 1));
    return hold && isLive(hold) ? hold : undefined;
  }

  async hallChanged(eventId: number): Promise<void> {
    await this.#event(eventId).grow();
  }

  async expireDue(): Promise<number> {
    let ended = 0;
    await this.#each(await this.#eventIds(), async (event) => {
      const ofEvent = await event.expireDue();
      ended += ofEvent;
    });
    return ended;
  }

  async adopt(eventId: number): Promise<void> {
    await this.#event(eventId).adopt();
  }

  async settled(eventId?: number): Promise<void> {
    const eventIds = eventId === undefined ? await this.#eventIds('asked') : [eventId];
    await this.#each(eventIds, (event) => event.drain.flush());
  }

  async forgetLapses(): Promise<void> {
    await this.#each(await this.#eventIds(), (event) => event.forgetLapses());
  }

  eventOfHold(holdId: number): Promise<number | undefined> {
    return this.#holds.eventOf(holdId);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#events.values()].map((event) => event.close()));
  }

  #event(eventId: number): EventSeats {
    const known = this.#events.get(eventId);
    if (known) return known;
    const event = new EventSeats(eventId, this.#needs);
    this.#events.set(eventId, event);
    if (this.#events.size > EVENTS_MAX) this.#letGoOfOne();
    return event;
  }

  /** Of an event that nobody looks at as a whole: it costs a reading when it is asked for again. */
  #letGoOfOne(): void {
    for (const [eventId, event] of this.#events) {
      if (event.view.isWatched) continue;
      this.#events.delete(eventId);
      void event.close();
      return;
    }
  }

  /** Somebody asked for an event that is none. */
  #nothing(event: EventSeats): undefined {
    this.#events.delete(event.eventId);
  }

  #unknown(event: EventSeats): Refusal {
    this.#nothing(event);
    return refuse('EVENT_NOT_FOUND');
  }

  async #seatsByName(event: EventSeats, hall: Hall, seatIds: readonly number[]) {
    const ordinals = ordinalsOf(hall, seatIds);
    const fields = ordinals.map((ordinal) => seatField(hall.seatAt(ordinal).seatId));
    const see = async () => seenOf(await event.ask('seat-see', { fields }));
    let seen = await see();
    if (seen.doubts > 0) {
      await event.endDoubts().catch(onlyUnavailable);
      seen = await see();
    }
    const { epoch, seats } = seen;
    return {
      epoch,
      seats: ordinals.map((ordinal, index) => seatNow(hall, ordinal, seats[index] ?? null)),
    };
  }

  /** Events whose seats are in Redis, and those that the ledger knows holds of. */
  async #eventIds(how: 'known' | 'asked' = 'known'): Promise<number[]> {
    if (!this.#askedLedger) {
      for (const eventId of await this.#needs.ledger.eventsWithLiveHolds()) this.#event(eventId);
      this.#askedLedger = true;
    }
    const { connection } = this.#needs;
    if (how === 'asked' || connection.ownClock.now() > this.#loaded.until) {
      const ids = await connection.read<string[]>(LOADED_EVENTS, ['SMEMBERS', LOADED_EVENTS]);
      this.#loaded = { ids: new Set(ids.map(Number)), until: connection.ownClock.now() + EVENTS_KNOWN_FOR };
    }
    return [...new Set([...this.#loaded.ids, ...this.#events.keys()])];
  }

  async #each(eventIds: readonly number[], act: (event: EventSeats) => Promise<void>): Promise<void> {
    for (let first = 0; first < eventIds.length; first += EVENTS_AT_ONCE) {
      const some = eventIds.slice(first, first + EVENTS_AT_ONCE);
      await Promise.all(
        some.map(async (eventId) => {
          const event = this.#event(eventId);
          if (await event.view.hall()) await act(event);
          else this.#nothing(event);
        }),
      );
    }
  }
}

function seatNow(hall: Hall, ordinal: number, packed: string | null): SeatNow {
  const seat = hall.seatAt(ordinal);
  return { seat, state: stateOf(packed), claim: liveClaimOf(hall.eventId, seat.seatId, packed) };
}

function ordinalsOf(hall: Hall, seatIds: readonly number[]): number[] {
  return seatIds.flatMap((seatId) => hall.ordinalOf(seatId) ?? []);
}
