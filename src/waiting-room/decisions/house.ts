import type { Millis } from '../../core/clock.ts';
import { refuse } from '../../core/refusal.ts';
import type { BeginService, MovePhase, Say } from '../command.ts';
import { perLane } from '../lane.ts';
import { phaseAfter } from '../phase.ts';
import type { Room, RoomHead } from '../room.ts';
import { type Decision, refused, unchanged } from './decision.ts';

/** A move that changes nothing is answered like one that did. */
export function movePhase(room: Room, { move }: MovePhase): Decision<RoomHead> {
  const { head } = room;
  const phase = phaseAfter(head.phase, move, { drawn: head.drawn !== null });
  if (phase === undefined) return refused(refuse('ROOM_MOVE_ILLEGAL', { move, phase: head.phase }));
  if (phase === head.phase) return unchanged(head);
  const frozen =
    phase === 'opening' ? (head.frozen ?? perLane((lane) => room.people[lane].size)) : head.frozen;
  return changed(head, { phase, frozen });
}

/** The bucket begins full: nobody was let in before. */
export function beginService(room: Room, { drawn, terms }: BeginService, now: Millis): Decision<RoomHead> {
  const { head } = room;
  if (head.phase !== 'opening' || head.drawn) return unchanged(head);
  return changed(head, { phase: 'open', drawn, bucket: { tokens: terms.burst, at: now } });
}

export function say(room: Room, { message }: Say): Decision<RoomHead> {
  return changed(room.head, { message });
}

function changed(head: RoomHead, change: Partial<RoomHead>): Decision<RoomHead> {
  const next = { ...head, ...change, revision: head.revision + 1 };
  return { changes: { places: [], head: next }, reply: next };
}
