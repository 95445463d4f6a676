import { unreachable } from '../../core/assert.ts';
import type { Millis } from '../../core/clock.ts';
import type { ReplyTo, RoomCommand } from '../command.ts';
import type { Room } from '../room.ts';
import { type Decision, unchanged } from './decision.ts';
import { beginService, movePhase, say } from './house.ts';
import { letIn } from './let-in.ts';
import { enter, join, leave, restore, showUp, slide } from './person.ts';

/** What a command does to a room at a moment. Pure: nothing has happened until the changes are applied. */
export function decide<C extends RoomCommand>(room: Room, command: C, now: Millis): Decision<ReplyTo<C>> {
  return decisionOf(room, command, now) as Decision<ReplyTo<C>>;
}

function decisionOf(room: Room, command: RoomCommand, now: Millis): Decision<ReplyTo<RoomCommand>> {
  switch (command.type) {
    case 'establish':
      return unchanged(room.head);
    case 'join':
      return join(room, command, now);
    case 'show_up':
      return showUp(room, command, now);
    case 'restore':
      return restore(room, command, now);
    case 'enter':
      return enter(room, command, now);
    case 'slide':
      return slide(room, command, now);
    case 'leave':
      return leave(room, command);
    case 'move_phase':
      return movePhase(room, command);
    case 'begin_service':
      return beginService(room, command, now);
    case 'say':
      return say(room, command);
    case 'let_in':
      return letIn(room, command, now);
    default:
      return unreachable(command);
  }
}
