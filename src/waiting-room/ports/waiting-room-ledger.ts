import type { Place } from '../place.ts';
import type { RoomHead } from '../room.ts';

/**
 * The durable side of a waiting room in process: the head of the room and a row for each place. Every method may throw
 * Unavailable; after a definite one nothing was written.
 */
export interface WaitingRoomLedger {
  /** Undefined when the room was never established. Sees everything appended before. */
  head(eventId: number): Promise<RoomHead | undefined>;
  /**
   * All places of a room, lane by lane and in the order of their numbers, in pages so that a large room can be read
   * without a halt.
   */
  places(eventId: number): AsyncIterable<readonly Place[]>;
  /**
   * Writes the places and the head that one decision changed. Atomic. Ordered: what was appended first is durable
   * first. When it throws, everything that was appended and is not durable yet is lost with it.
   */
  append(eventId: number, changes: { places: readonly Place[]; head?: RoomHead }): Promise<void>;
  /** Resolves when everything appended so far has ended, well or not. */
  settled(): Promise<void>;
  /** Changes, at once, when something appended is lost: what was decided on top of it must be loaded again. */
  lineage(): number;
}
