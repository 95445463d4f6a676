import { assert } from '../../../core/assert.ts';
import type { CommandKey, CommandRecord } from '../../../core/command.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { SeatCommand, SeatReplies } from '../../../reservation/command.ts';
import type { Hall } from '../../../reservation/hall.ts';
import type { Hold } from '../../../reservation/hold.ts';
import type { Seat } from '../../../reservation/seat.ts';
import type { Entry } from './entry.ts';
import { escaped, textOf } from './packed-seat.ts';

/** What a reply says beside what changed. */
interface Beside {
  type: SeatCommand['type'];
  releasedBefore?: number | undefined;
  /** Every seat that was to be blocked or freed. */
  seatIds?: readonly number[] | undefined;
}

type BehindCommand = Extract<
  SeatCommand['type'],
  | 'hold_seats'
  | 'hold_best'
  | 'extend_hold'
  | 'release_holds'
  | 'begin_payment'
  | 'block_seats'
  | 'unblock_seats'
>;

/** A command that is decided in Redis alone; its effect follows into the ledger. */
export type DecidedInRedis = Extract<SeatCommand, { type: BehindCommand }>;

/**
 * Goes with the entry of a command that has a key, so that whoever writes it to the ledger can write its answer too:
 * "<type>;<id of the key>;<digest of the body>;<what else is beside>", each part escaped. Empty for a command that is not
 * asked again.
 */
export function recordText(command: DecidedInRedis): string {
  const { key } = command;
  if (!key) return '';
  const { type, ...more } = besideOf(command);
  const text = Object.keys(more).length === 0 ? '' : escaped(JSON.stringify(more));
  return `${type};${escaped(key.id)};${escaped(key.bodyHash)};${text}`;
}

export function besideOf(command: DecidedInRedis): Beside {
  const { type } = command;
  switch (type) {
    case 'release_holds':
      return { type, releasedBefore: command.releasedBefore };
    case 'block_seats':
    case 'unblock_seats':
      return { type, seatIds: [...new Set(command.seatIds)] };
    default:
      return { type };
  }
}

/**
 * The answer that goes with an entry, as it was and will be given. Throws Unavailable for seats that this node has not
 * heard of yet: the command had its effect on a node that has.
 */
export function replyOf(beside: Beside, entry: Entry | undefined, hall: Hall): SeatReplies[BehindCommand] {
  const changes = entry?.changesIn(hall);
  if (entry && !changes)
    throw new Unavailable(`event ${hall.eventId} has grown on another node`, { indefinite: true });
  const holds = [...(changes?.holds ?? [])];
  switch (beside.type) {
    case 'release_holds':
      return { released: (beside.releasedBefore ?? 0) + holds.length };
    case 'block_seats':
    case 'unblock_seats':
      return { seats: (beside.seatIds ?? []).map((seatId) => seatIn(hall, seatId)) };
    case 'extend_hold': {
      const [hold] = holds as [Hold];
      return { hold, seat: seatIn(hall, hold.seatId) };
    }
    case 'hold_seats': {
      // What was given back for them is in the same entry.
      const held = holds.filter(({ state }) => state === 'HELD');
      return { holds: held, seats: held.map(({ seatId }) => seatIn(hall, seatId)) };
    }
    default:
      return { holds, seats: holds.map(({ seatId }) => seatIn(hall, seatId)) };
  }
}

/** The record that an entry carries, for the ledger. */
export function recordIn(entry: Entry, hall: Hall): CommandRecord | undefined {
  if (entry.record === null) return undefined;
  const [type, id, bodyHash, more] = entry.record.split(';').map(textOf);
  const beside = { ...(more ? (JSON.parse(more) as object) : {}), type } as Beside;
  const key: CommandKey = { id: id ?? '', bodyHash: bodyHash ?? '' };
  return { key, reply: replyOf(beside, entry, hall), at: entry.at };
}

export function seatIn(hall: Hall, seatId: number): Seat {
  const ordinal = hall.ordinalOf(seatId);
  assert(ordinal !== undefined, `seat ${seatId} is not in the hall of event ${hall.eventId}`);
  return hall.seatAt(ordinal);
}
