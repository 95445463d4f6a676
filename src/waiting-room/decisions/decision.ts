import type { Refusal } from '../../core/refusal.ts';
import { NO_CHANGES, type RoomChanges } from '../room.ts';

/** What a command changes, and what is answered once that is durable. */
export interface Decision<R> {
  changes: RoomChanges;
  reply: R | Refusal;
}

export function refused(reply: Refusal): Decision<never> {
  return { changes: NO_CHANGES, reply };
}

export function unchanged<R>(reply: R): Decision<R> {
  return { changes: NO_CHANGES, reply };
}
