/** The events that editions sell by themselves, without an organiser who makes them. Every method may throw Unavailable. */
export interface EditionEvents {
  find(edition: string): Promise<number | undefined>;
  /** Durable when it resolves. Throws Conflict when the edition has an event. */
  remember(edition: string, eventId: number): Promise<void>;
}
