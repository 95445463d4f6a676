import type { Clock, Millis } from '../core/clock.ts';
import type { CommandKey, Once } from '../core/command.ts';
import type { Ids } from '../core/ids.ts';
import { suitsCurrency } from '../core/money.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { Turns } from '../core/turns.ts';
import { afterEffect, onlyUnavailable } from '../core/unavailable.ts';
import { numbered, refusalOfSeats } from './additions.ts';
import {
  changedPolicy,
  type Event,
  type EventPolicy,
  type EventStatus,
  type Inventory,
  isOnSale,
  mayMove,
  statusOf,
} from './event.ts';
import { EventEnquiries, type EventFilter, type EventNow } from './event-enquiries.ts';
import { Following } from './following.ts';
import { HallBook } from './hall-book.ts';
import { HallNews } from './hall-news.ts';
import type { CatalogNews } from './ports/catalog-news.ts';
import type { CatalogChange, CatalogStore } from './ports/catalog-store.ts';
import type { Seats } from './ports/seats.ts';
import { type CatalogSeat, type SeatDraft, unnumberedSeats } from './seat.ts';

export interface EventDraft {
  name: string;
  startsAt: Millis;
  venue: string | null;
  totalSeats: number;
  saleOpensAt: Millis | null;
  currency: string;
  inventory: Inventory;
  policy: EventPolicy;
  seriesId: number | null;
  /** Of each unnumbered seat of a capacity event, in hundredths. */
  unnumberedPrice: number;
}

export type EventChange = Partial<
  Pick<Event, 'name' | 'startsAt' | 'venue' | 'saleOpensAt' | 'seriesId'> & {
    status: EventStatus;
    policy: Partial<EventPolicy>;
  }
>;

export interface CatalogNeeds {
  store: CatalogStore;
  seats: Seats;
  clock: Clock;
  ids: Ids;
  once: Once;
  news: CatalogNews;
  /** A hall may have this many seats. */
  hallLimit: number;
  /** Whether other nodes sell, too: what they do is known a moment later. */
  isShared: boolean;
}

/** Events and halls. All events are kept in memory: every hold asks for the terms of one. */
export class CatalogService {
  readonly #needs: CatalogNeeds;
  readonly #events = new Map<number, Event>();
  readonly #halls: HallBook;
  readonly #enquiries: EventEnquiries;
  readonly #turns = new Turns<number>();
  /** A save failed, and memory may be behind what was written all the same. */
  #isStale = false;
  readonly #hallNews: HallNews;
  readonly #following: Following;

  constructor(needs: CatalogNeeds) {
    this.#needs = needs;
    this.#halls = new HallBook(needs.store);
    this.#hallNews = new HallNews(needs.seats);
    this.#following = new Following(needs.store, {
      events: this.#events,
      halls: this.#halls,
      news: this.#hallNews,
    });
    this.#enquiries = new EventEnquiries(this.#events, needs.seats, needs.clock);
  }

  /** To be awaited before anything else. */
  async load(): Promise<void> {
    const { events, blocks } = await this.#needs.store.load();
    for (const event of events) this.#events.set(event.eventId, event);
    this.#halls.startWith(blocks);
    this.#isStale = false;
  }

  /** Takes over what other nodes changed. */
  refresh(): Promise<void> {
    return this.#following.refresh();
  }

  /** The same, and tells the seats of halls that have grown: who added them may be no more. */
  async follow(): Promise<void> {
    await this.refresh();
    await this.#hallNews.tellAgain();
  }

  event(eventId: number): Event | undefined {
    return this.#events.get(eventId);
  }

  all(): IterableIterator<Event> {
    return this.#events.values();
  }

  eventOfSeat(seatId: number): number | undefined {
    return this.#halls.eventOfSeat(seatId);
  }

  isOnSale(event: Event): boolean {
    return isOnSale(event, this.#needs.clock.now());
  }

  /** Every seat of the event in the organiser's order, and whether they are numbered. */
  async hall(eventId: number): Promise<{ seats: readonly CatalogSeat[]; numbered: boolean } | undefined> {
    const event = this.#events.get(eventId);
    return event && { seats: await this.#halls.seatsOf(eventId), numbered: event.inventory === 'seated' };
  }

  async now(eventId: number): Promise<EventNow | Refusal> {
    if (this.#needs.isShared && !this.#events.has(eventId)) await this.refresh();
    return this.#enquiries.now(eventId);
  }

  page(filter: EventFilter): Promise<{ items: EventNow[]; total: number }> {
    return this.#enquiries.page(filter);
  }

  create(draft: EventDraft, key: CommandKey | undefined): Promise<{ event: Event } | Refusal> {
    return this.#needs.once.run(key, async () => {
      const { clock, ids } = this.#needs;
      if (draft.inventory === 'capacity' && !suitsCurrency(draft.unnumberedPrice, draft.currency)) {
        return refuse('PRICE_NOT_IN_CURRENCY', { currency: draft.currency });
      }
      const { unnumberedPrice, ...described } = draft;
      const event: Event = {
        ...described,
        eventId: await ids.nextBlock('event', 1),
        status: 'UPCOMING',
        revision: 1,
        createdAt: clock.now(),
      };
      const seats =
        event.inventory === 'capacity'
          ? await numbered(event, unnumberedSeats(event.totalSeats, unnumberedPrice), this.#needs)
          : [];
      const record = key && { key, reply: { event }, at: clock.now() };
      await this.#save({ event, seats, record });
      return { event };
    });
  }

  change(eventId: number, change: EventChange): Promise<EventNow | Refusal> {
    return this.#turn(eventId, () => this.#change(eventId, change, undefined));
  }

  /** Opens the sale; an event that is on sale already stays so. */
  startSale(eventId: number, key?: CommandKey): Promise<EventNow | Refusal> {
    return this.#turn(eventId, () =>
      this.#needs.once.run(key, async () => {
        const current = await this.now(eventId);
        if (isRefusal(current) || current.event.status === 'ON_SALE') return current;
        return this.#change(eventId, { status: 'ON_SALE' }, key);
      }),
    );
  }

  /** All of the seats or none. Returns them as they were made. */
  addSeats(
    eventId: number,
    drafts: readonly SeatDraft[],
    key: CommandKey | undefined,
  ): Promise<{ seats: readonly CatalogSeat[] } | Refusal> {
    return this.#turn(eventId, async () => {
      const added = await this.#needs.once.run(key, () => this.#addSeats(eventId, drafts, key));
      if (isRefusal(added)) return added;
      return { seats: await afterEffect(() => this.#seatsAdded(eventId, added)) };
    });
  }

  /** One change of an event at a time, each on what is known to be written. */
  #turn<R>(eventId: number, change: () => Promise<R>): Promise<R> {
    return this.#turns.take(eventId, async () => {
      if (this.#isStale) await this.load();
      // Who was sent to another node a moment ago shall find here what he made there.
      else if (this.#needs.isShared) await this.refresh();
      return change();
    });
  }

  async #change(
    eventId: number,
    change: EventChange,
    key: CommandKey | undefined,
  ): Promise<EventNow | Refusal> {
    const current = await this.now(eventId);
    if (isRefusal(current)) return current;
    const { status, policy, ...rest } = change;
    if (status !== undefined && !mayMove(current.status, status)) {
      return refuse('EVENT_MOVE_ILLEGAL', { from: current.status, to: status });
    }
    // Sold out is what the seats say; asking an event to stay so asks for nothing.
    const stored = status === undefined || status === 'SOLD_OUT' ? current.event.status : status;
    const event: Event = {
      ...current.event,
      ...rest,
      status: stored,
      policy: changedPolicy(current.event.policy, policy),
      revision: current.event.revision + 1,
    };
    const { clock } = this.#needs;
    const changed: EventNow = { ...current, event, status: statusOf(event, clock.now(), current) };
    const record = key && { key, reply: changed, at: clock.now() };
    const save = () => this.#save({ event, seats: [], record });
    // The ways that claim in rows may mix; only the authority itself cannot change while seats are claimed.
    if (isAtomic(event) === isAtomic(current.event)) {
      await save();
      return changed;
    }
    if (this.#needs.isShared && this.isOnSale(current.event)) return refuse('PAUSE_FIRST');
    return this.#needs.seats.whileStill(eventId, async (claimed) => {
      if (claimed > 0) return refuse('CLAIM_STRATEGY_FIXED', { claimed });
      await save();
      return changed;
    });
  }

  async #addSeats(
    eventId: number,
    drafts: readonly SeatDraft[],
    key: CommandKey | undefined,
  ): Promise<{ firstSeatId: number; count: number } | Refusal> {
    const { clock, hallLimit } = this.#needs;
    const event = this.#events.get(eventId);
    if (!event) return refuse('EVENT_NOT_FOUND');
    const before = await this.#halls.seatsOf(eventId);
    const refusal = refusalOfSeats(event, before, drafts, hallLimit);
    if (refusal) return refusal;
    const seats = await numbered(event, drafts, this.#needs);
    const reply = { firstSeatId: (seats[0] as CatalogSeat).seatId, count: seats.length };
    const grown: Event = {
      ...event,
      totalSeats: Math.max(event.totalSeats, before.length + seats.length),
      revision: event.revision + 1,
    };
    const record = key && { key, reply, at: clock.now() };
    await this.#save({ event: grown, seats, record });
    return reply;
  }

  /** The seats of an addition, which may be one that another node has made a moment ago. */
  async #seatsAdded(
    eventId: number,
    { firstSeatId, count }: { firstSeatId: number; count: number },
  ): Promise<readonly CatalogSeat[]> {
    const added = async () =>
      (await this.#halls.seatsOf(eventId)).filter(
        ({ seatId }) => seatId >= firstSeatId && seatId < firstSeatId + count,
      );
    const known = await added();
    if (known.length === count) return known;
    await this.refresh();
    return added();
  }

  /** Writes, then remembers. When the write fails, what it may have left is read before the next change. */
  async #save(change: Required<CatalogChange>): Promise<void> {
    const { eventId } = change.event;
    try {
      await this.#needs.store.save(change);
    } catch (error) {
      this.#isStale = true;
      await this.load().catch(onlyUnavailable);
      if (change.seats.length > 0) await this.#hallNews.tell(eventId).catch(onlyUnavailable);
      throw error;
    }
    this.#remember(change);
    await this.#needs.news.changed();
    if (change.seats.length > 0) await afterEffect(() => this.#hallNews.tell(eventId));
  }

  #remember({ event, seats }: Required<CatalogChange>): void {
    this.#events.set(event.eventId, event);
    this.#halls.add(event.eventId, seats);
  }
}

function isAtomic({ policy }: Event): boolean {
  return policy.claimStrategy === 'atomic';
}
