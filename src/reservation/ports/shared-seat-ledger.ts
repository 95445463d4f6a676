import type { Millis } from '../../core/clock.ts';
import type { CommandRecord } from '../../core/command.ts';
import type { Changes, ClaimsSeed, SeatCounts, SeatMove } from '../claims.ts';
import type { Hall } from '../hall.ts';
import type { Hold } from '../hold.ts';

/** How far the ledger has followed an event: which load of its seats, and up to which entry of that load. */
export interface Cursor {
  generation: number;
  position: number;
}

/** What was decided elsewhere and follows into the ledger. */
export interface WrittenBehind {
  from: Cursor;
  /** The latest entry among the changes. */
  upTo: number;
  /** Of each entry, oldest first. */
  changes: readonly Changes[];
  records: readonly CommandRecord[];
}

/** A payment's or sale's end: the claim as it then is, and the move that goes with it. */
export interface Ending {
  hold: Hold;
  move: SeatMove;
}

/** The record of a command whose answer is how many seats it freed. */
export type RecordOf = (freed: number) => CommandRecord;

/**
 * The durable side of seats whose holds are decided elsewhere, by many nodes, and follow into the ledger. From PAYING
 * on, the ledger decides: a payment ends in one way only, by whoever's commit is first. Every method may throw
 * Unavailable; after a definite one nothing was written.
 */
export interface SharedSeatLedger {
  /** A number higher than every one it returned before, to this and every other node. */
  raiseEpoch(): Promise<number>;
  /**
   * Begins another load of an event's seats: returns its generation, an epoch. From then on what follows from an
   * earlier load is refused, also when it is on its way. Throws Conflict, and begins none, when the cursor is not at
   * `from`: a loader that stood still does not end the load of another one.
   */
  beginGeneration(eventId: number, from: Cursor): Promise<number>;
  cursor(eventId: number): Promise<Cursor>;
  /** What is claimed and blocked in a hall, and lapses since `lapsedSince`. Sees everything written before. */
  load(hall: Hall, lapsedSince: Millis): Promise<ClaimsSeed>;
  /** Writes entries, moves the cursor. Atomic. Throws Conflict, and writes nothing, when the cursor is not where they begin. */
  follow(hall: Hall, written: WrittenBehind): Promise<void>;
  /**
   * Sells seats, all or none, and stores the reply under its key. Atomic. Throws Conflict when a payment among them has
   * ended or a seat has been sold: see `holds`.
   */
  sell(hall: Hall, sales: readonly Ending[], record: CommandRecord | undefined): Promise<void>;
  /**
   * Ends payments that have not ended, and returns every one of these holds as it then stands, whoever ended it. Atomic,
   * with the record of how many are not sold.
   */
  endPayments(hall: Hall, endings: readonly Ending[], record?: RecordOf): Promise<Hold[]>;
  /** Takes sales back that are there, and returns the seats of those. Atomic, with the record of how many that were. */
  returnSales(hall: Hall, endings: readonly Ending[], record?: RecordOf): Promise<number[]>;
  /** Holds as they stand. */
  holds(holdIds: readonly number[]): Promise<Hold[]>;
  /** Events that have holds which can still end. */
  eventsWithLiveHolds(): Promise<number[]>;
  /** Seats by state from the rows alone, for an event whose claims nobody has loaded. */
  counts(eventId: number): Promise<SeatCounts>;
}

/** Consecutive ids for holds of one event. */
export interface HoldBlock {
  eventId: number;
  first: number;
  count: number;
}

/** Ids of holds come in blocks that the ledger knows, so that a hold's event is found without a scan. */
export interface HoldBlocks {
  /** A new block; durable when it resolves. */
  reserve(eventId: number, count: number): Promise<HoldBlock>;
  /** The block with this id; a block of one for a hold whose id came in another way. */
  blockWith(holdId: number): Promise<HoldBlock | undefined>;
}
