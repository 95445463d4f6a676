import type { RoomView } from '../command.ts';
import type { Place } from '../place.ts';

/** Hears of what happened in waiting rooms, after it is durable. Must not throw and must not block. */
export interface Announcements {
  /** Places that were called, entered or ended by one decision, and the room as it is since. Called in order. */
  placesMoved(eventId: number, places: readonly Place[], view: RoomView): void;
  /** The room's phase, message or draw changed. */
  roomChanged(eventId: number, view: RoomView): void;
  /** Some of it may not have been told here: what is remembered of the room's people is asked anew. */
  missed(eventId: number): void;
}
