import { assert } from '../../../core/assert.ts';
import type { Changes, SeatMove } from '../../../reservation/claims.ts';
import type { Hall } from '../../../reservation/hall.ts';
import type { Hold } from '../../../reservation/hold.ts';
import type { MoveCause } from '../../../reservation/seat.ts';
import { claimOf, type PackedSeat, stateOfLetter, textOf } from './packed-seat.ts';

/** One seat's step, or, with a number of 0, a new version of its claim. */
export interface EntryLine {
  number: number;
  /** Letters of the states it left and reached, and of the cause. */
  move: string;
  seatId: number;
  /** As it stands after this step. */
  seat: PackedSeat;
}

const CAUSES: Readonly<Record<string, MoveCause>> = {
  h: 'hold',
  r: 'release',
  e: 'expiry',
  b: 'booking',
  c: 'booking_cancelled',
  d: 'payment_deadline',
  s: 'sale',
  l: 'late_payment',
  f: 'refund',
  k: 'block',
  u: 'unblock',
};

/** Moves that leave the claim as it was. */
const OF_THE_SEAT_ALONE = new Set(['f', 'k', 'u']);

/**
 * What one script changed, as it stands in the log and is told on the channel (lua/seat-prelude.lua). Taken apart when
 * somebody wants to know, and then only once: it is answered, announced and written to the ledger.
 */
export class Entry {
  /** Grows by one per entry of a generation. */
  readonly sequence: number;
  readonly epoch: number;
  readonly generation: number;
  readonly at: number;
  /** The node whose command it was. */
  readonly origin: string;
  readonly actor: string | null;
  /** The command's record (see record.ts), when it has a key. */
  readonly record: string | null;
  readonly #text: string;
  #lines: readonly EntryLine[] | undefined;
  #hall: Hall | undefined;
  #changes: Changes | undefined;

  constructor(text: string) {
    const head = text.slice(0, text.indexOf('\n')).split(',');
    this.#text = text;
    this.sequence = Number(head[0]);
    this.epoch = Number(head[1]);
    this.generation = Number(head[2]);
    this.at = Number(head[3]);
    this.origin = head[4] as string;
    this.actor = textOf(head[5] as string);
    this.record = head[6] === '' ? null : (head[6] as string);
  }

  get lines(): readonly EntryLine[] {
    this.#lines ??= this.#text.split('\n').slice(1).map(lineOf);
    return this.#lines;
  }

  /** The same in the words of the rules. Undefined when it names a seat that the hall does not have: it has grown. */
  changesIn(hall: Hall): Changes | undefined {
    if (this.#hall !== hall) {
      this.#changes = changesOf(this, hall);
      this.#hall = hall;
    }
    return this.#changes;
  }
}

/** Of an entry that need not be taken apart. */
export function sequenceOf(text: string): number {
  return Number(text.slice(0, text.indexOf(',')));
}

function lineOf(text: string): EntryLine {
  const first = text.indexOf(',');
  const second = text.indexOf(',', first + 1);
  const third = text.indexOf(',', second + 1);
  return {
    number: Number(text.slice(0, first)),
    move: text.slice(first + 1, second),
    seatId: Number(text.slice(second + 1, third)),
    seat: text.slice(third + 1),
  };
}

function changesOf(entry: Entry, hall: Hall): Changes | undefined {
  const moves: SeatMove[] = [];
  const holds = new Map<number, Hold>();
  for (const line of entry.lines) {
    const ordinal = hall.ordinalOf(line.seatId);
    if (ordinal === undefined) return undefined;
    const cause = line.move[2] as string;
    const hold = claimOf(hall.eventId, line.seatId, line.seat);
    if (hold && !OF_THE_SEAT_ALONE.has(cause)) holds.set(hold.holdId, hold);
    if (line.number > 0) moves.push(moveOf(entry, line, { ordinal, hold }));
  }
  return { moves, holds: [...holds.values()] };
}

function moveOf(
  { at, actor }: Entry,
  { number, move, seatId }: EntryLine,
  { ordinal, hold }: { ordinal: number; hold: Hold | undefined },
): SeatMove {
  const cause = CAUSES[move[2] as string];
  assert(cause !== undefined, `no move is called ${move}`);
  return {
    ordinal,
    seatId,
    from: stateOfLetter(move[0] as string),
    to: stateOfLetter(move[1] as string),
    cause,
    number,
    at,
    hold: cause === 'block' || cause === 'unblock' ? undefined : hold,
    actor,
  };
}
