/** What a booking says of its event. */
export interface BookedEvents {
  describe(eventId: number): { name: string; venue: string | null; startsAt: number } | undefined;
}
