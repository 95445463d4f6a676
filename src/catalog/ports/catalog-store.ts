import type { CommandRecord } from '../../core/command.ts';
import type { Event } from '../event.ts';
import type { CatalogSeat } from '../seat.ts';

/** A stretch of consecutive seat ids of one event. */
export interface SeatBlock {
  firstSeatId: number;
  seats: number;
  eventId: number;
}

/** What is written together. */
export interface CatalogChange {
  event: Event;
  seats?: readonly CatalogSeat[];
  record?: CommandRecord | undefined;
}

/** Keeps events and halls. Every method may throw Unavailable. */
export interface CatalogStore {
  /** All events and seat blocks: few and small, the service keeps them in memory. */
  load(): Promise<{ events: Event[]; blocks: SeatBlock[] }>;
  /** Another number after each change of an event or a hall, whichever node made it. */
  revision(): Promise<number>;
  /**
   * Writes a new or changed event, new seats and the command record: all or nothing, durable when it resolves. Throws a
   * definite Unavailable when the event's revision does not grow: another node changed it first.
   */
  save(change: CatalogChange): Promise<void>;
  /** Seats of an event in the organiser's order. */
  seatsOf(eventId: number): Promise<CatalogSeat[]>;
}
