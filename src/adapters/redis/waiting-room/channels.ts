import type { RoomView } from '../../../waiting-room/command.ts';
import type { Place } from '../../../waiting-room/place.ts';

/** In the slot of the event: what its lead is asked, and what it tells. */
export function askedChannel(eventId: number): string {
  return `ticketing:{${eventId}}:room:asked`;
}

export function toldChannel(eventId: number): string {
  return `ticketing:{${eventId}}:room:told`;
}

/** Where a node hears the answers to what it asked, whichever room it was about. */
export function answersChannel(node: string): string {
  return `ticketing:{room-${node}}:answers`;
}

/**
 * What the lead of a room tells all nodes. `number` counts what one lead has told, so that a gap is noticed. `leads`: a
 * new one, which cannot be asked yet. `lives`: it can.
 */
export type Telling = { node: string; fence: number; number: number } & (
  | { type: 'leads' }
  | { type: 'lives'; view: RoomView | undefined }
  | { type: 'places'; places: readonly Place[]; view: RoomView }
  | { type: 'room'; view: RoomView }
);

/** Of `Telling`, what its sender says; the rest is added on the way. */
export type News =
  | { type: 'leads' }
  | { type: 'lives'; view: RoomView | undefined }
  | { type: 'places'; places: readonly Place[]; view: RoomView }
  | { type: 'room'; view: RoomView };
