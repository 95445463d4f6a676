import type { Millis } from '../core/clock.ts';
import type { Lane, PerLane } from './lane.ts';
import type { Eta } from './pace.ts';
import type { Phase, PhaseMove } from './phase.ts';
import type { PlaceState } from './place.ts';
import type { Drawn, RoomHead, RoomMessage } from './room.ts';
import type { RoomTerms } from './terms.ts';

interface Addressed {
  eventId: number;
}

/** Opens the books of a room: nothing but the commitment can be seen of what it brings. A room that is there stays as it is. */
export interface Establish extends Addressed {
  type: 'establish';
  fresh: Pick<RoomHead, 'secret' | 'nonceKey' | 'commitment' | 'beaconSource'>;
}

/** Takes a place, or finds the one that the person has. */
export interface Join extends Addressed {
  type: 'join';
  userId: string;
  lane: Lane;
  terms: RoomTerms;
  /** How long the person is told to wait before he asks again. */
  pollMillis: Millis;
}

/** A sign of life. */
export interface ShowUp extends Addressed {
  type: 'show_up';
  userId: string;
  terms: RoomTerms;
  pollMillis: Millis;
}

/** Puts somebody back at a place that was lost with the room's memory; harmless when the place or the person is there. */
export interface Restore extends Addressed {
  type: 'restore';
  userId: string;
  lane: Lane;
  number: number;
  terms: RoomTerms;
  pollMillis: Millis;
}

/** Turns a call into a session, once. */
export interface Enter extends Addressed {
  type: 'enter';
  userId: string;
  admission: number;
  terms: RoomTerms;
}

/** Lengthens a session. */
export interface Slide extends Addressed {
  type: 'slide';
  userId: string;
  admission: number;
  terms: RoomTerms;
}

export interface Leave extends Addressed {
  type: 'leave';
  userId: string;
  end: 'LEFT' | 'REVOKED';
}

export interface MovePhase extends Addressed {
  type: 'move_phase';
  move: PhaseMove;
}

/** The draw is known: the room opens. Harmless when it has opened. */
export interface BeginService extends Addressed {
  type: 'begin_service';
  drawn: Drawn;
  terms: RoomTerms;
}

export interface Say extends Addressed {
  type: 'say';
  message: RoomMessage | null;
}

/** What there is to buy: people inside beyond it would stand before an empty stall. */
export interface Stock {
  /** Seats that nobody claims. */
  left: number;
  /** Claimed seats that will probably come back. */
  returning: number;
  /** People who have a claim, have bought, or let their claim run out: inside, they look for nothing any more. */
  claimants: { has(userId: string): boolean };
}

/** Ends what is over and calls as many as the limits let in now. */
export interface LetIn extends Addressed {
  type: 'let_in';
  terms: RoomTerms;
  /** Undefined: what is left to buy does not limit. */
  stock: Stock | undefined;
  /** From 0, stop, to 1, full speed. */
  health: number;
}

export type RoomCommand =
  | Establish
  | Join
  | ShowUp
  | Restore
  | Enter
  | Slide
  | Leave
  | MovePhase
  | BeginService
  | Say
  | LetIn;

/** How somebody stands. Before the draw there is no place. */
export interface Standing {
  userId: string;
  lane: Lane;
  number: number;
  state: PlaceState;
  joinedAt: Millis;
  place: number | null;
  /** People who wait before him; never grows. */
  ahead: number | null;
  eta: Eta | null;
  admission: number | null;
  until: Millis | null;
}

/** What limits the letting-in at the moment. */
export type Limit = 'rate' | 'active_max' | 'inventory' | 'health' | 'nobody';

/** A room as everybody may see it. */
export interface RoomView {
  phase: Phase;
  serving: PerLane<number>;
  waiting: number;
  /** People who came so far; of them those who came before the opening take part in the draw. */
  arrived: PerLane<number>;
  /** What limited the latest letting-in. */
  limit: Limit;
  ratePerMinute: PerLane<number>;
  message: RoomMessage | null;
}

export interface RoomReplies {
  establish: RoomHead;
  join: Standing;
  show_up: Standing;
  restore: Standing;
  enter: Standing;
  slide: Standing;
  leave: { admission: number | null };
  move_phase: RoomHead;
  begin_service: RoomHead;
  say: RoomHead;
  let_in: { called: number; limit: Limit; nextAt: Millis | undefined };
}

export type ReplyTo<C extends RoomCommand> = RoomReplies[C['type']];
