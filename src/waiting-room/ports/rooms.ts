import type { RoomTerms } from '../terms.ts';

/** Which events have a waiting room, and what their organisers have set for it. */
export interface Rooms {
  /** `open`: no waiting room. Undefined: no such event. From memory: it is asked on every sale request. */
  termsOf(eventId: number): RoomTerms | 'open' | undefined;
  /** Events that have a waiting room and are not over. */
  gated(): readonly number[];
  nameOf(eventId: number): string;
}
