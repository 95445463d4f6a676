import type { Millis } from '../../core/clock.ts';

/** What a ticket says of its event. */
export interface TicketedEvent {
  name: string;
  venue: string | null;
  startsAt: Millis;
}

export interface TicketedEvents {
  /** Undefined when there is no such event. */
  describe(eventId: number): TicketedEvent | undefined;
}
