/** The keys of one event: all of one slot, so that a command never crosses slots. lua/seat-prelude.lua says what is in them. */
export interface EventKeys {
  /** In the order in which the scripts take them. */
  readonly all: readonly string[];
  readonly channel: string;
}

/** Which events were loaded into Redis: for those who look after all of them. */
export const LOADED_EVENTS = 'ticketing:{seats}:events';

/** Where it is told what changed in an event. */
export function eventChannel(eventId: number): string {
  return `ticketing:{${eventId}}:moves`;
}

export function eventKeys(eventId: number): EventKeys {
  const at = `ticketing:{${eventId}}:`;
  return {
    all: ['seats', 'expiry', 'paying', 'log', 'records:0', 'records:1', 'records:2'].map((key) => at + key),
    channel: eventChannel(eventId),
  };
}

// Fields of the event's hash.
export const seatField = (seatId: number) => `s${seatId}`;
export const holdField = (holdId: number) => `h${holdId}`;
/** `user` is escaped. */
export const buyerField = (user: string) => `b${user}`;
