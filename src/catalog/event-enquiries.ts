import type { Clock } from '../core/clock.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { type Event, type EventStatus, isOnSale, statusOf } from './event.ts';
import type { Seats } from './ports/seats.ts';

/** An event and what its seats make of it now. */
export interface EventNow {
  event: Event;
  status: EventStatus;
  available: number;
  reserved: number;
  booked: number;
  sold: number;
  /** Seats that can still be sold. */
  unsold: number;
}

export interface EventFilter {
  status: EventStatus | undefined;
  /** From 1. */
  page: number;
  size: number;
}

/** Questions about events, which change nothing. */
export class EventEnquiries {
  readonly #events: ReadonlyMap<number, Event>;
  readonly #seats: Pick<Seats, 'counts'>;
  readonly #clock: Clock;

  constructor(events: ReadonlyMap<number, Event>, seats: Pick<Seats, 'counts'>, clock: Clock) {
    this.#events = events;
    this.#seats = seats;
    this.#clock = clock;
  }

  async now(eventId: number): Promise<EventNow | Refusal> {
    const event = this.#events.get(eventId);
    return event ? this.#withSeats(event) : refuse('EVENT_NOT_FOUND');
  }

  /** Newest date first. */
  async page(filter: EventFilter): Promise<{ items: EventNow[]; total: number }> {
    const first = (filter.page - 1) * filter.size;
    const events = [...this.#events.values()].sort(
      (a, b) => b.startsAt - a.startsAt || b.eventId - a.eventId,
    );
    if (filter.status === undefined) {
      const items = await Promise.all(
        events.slice(first, first + filter.size).map((event) => this.#withSeats(event)),
      );
      return { items, total: events.length };
    }
    const all = await Promise.all(
      events.filter((event) => this.#mayBe(event, filter.status)).map((event) => this.#withSeats(event)),
    );
    const matching = all.filter((item) => item.status === filter.status);
    return { items: matching.slice(first, first + filter.size), total: matching.length };
  }

  async #withSeats(event: Event): Promise<EventNow> {
    const { available, reserved, booked, sold, unsold, all } = await this.#seats.counts(event.eventId);
    return {
      event,
      status: statusOf(event, this.#clock.now(), { sold, unsold }),
      // Before the organiser described any seat, all that were announced are still to be had.
      available: all > 0 ? available : event.totalSeats,
      reserved,
      booked,
      sold,
      unsold,
    };
  }

  #mayBe(event: Event, status: EventStatus | undefined): boolean {
    return status === 'ON_SALE' || status === 'SOLD_OUT'
      ? isOnSale(event, this.#clock.now())
      : event.status === status;
  }
}
