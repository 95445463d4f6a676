import type { Hold } from '../../../reservation/hold.ts';
import type { SeatState } from '../../../reservation/seat.ts';
import type { Transaction } from '../database.ts';
import { unindexed } from '../dialect.ts';
import { type HoldRecord, holdOf } from '../seats/hold-row.ts';
import type { WriteKind } from '../write-kind.ts';

/** How a seat stands, in the row that is its claim's authority. */
export interface SeatRow {
  seatId: number;
  /** Of the seat's latest change: only grows, so it is the version that an optimistic write compares, too. */
  number: number;
  state: SeatState;
  /** The seat's latest claim, live or ended. */
  hold: Hold | undefined;
}

/** How rows are read that will be written: held until the end, left out when somebody else has them, or just read. */
export type RowLock = 'wait' | 'skip' | 'none';

interface SeatRecord {
  seat_id: number;
  number: number;
  state: SeatState;
  hold_id: number | null;
}

/** A new row; a row that is there stays. */
export const ADD_SEAT_ROW: WriteKind = {
  write: 'upsert',
  table: 'seat_claim',
  columns: { event_id: 'int', seat_id: 'int', number: 'int', state: 'text', hold_id: 'int' },
  key: ['event_id', 'seat_id'],
  update: {},
};

export const FORGET_SEAT_ROWS: WriteKind = {
  write: 'delete',
  table: 'seat_claim',
  columns: { event_id: 'int' },
};

/** Whoever changed the row since it was read has made the number larger: then no row is changed here. */
export const CHANGE_SEAT_ROW =
  'UPDATE seat_claim SET number = ?, state = ?, hold_id = ? WHERE event_id = ? AND seat_id = ? AND number = ?';

const MANY = 500;

/**
 * Rows of an event, to be named by their seats. The key is on events first, and would be read for all seats of one whose rows
 * the server has not counted yet.
 */
export const SEATS_OF_EVENT = `${unindexed('event_id')} = ? AND seat_id`;

/** The rows of these seats, by id: everybody locks in this order, so nobody waits in a circle. */
export async function readSeatRows(
  transaction: Transaction,
  { eventId, seatIds, clause }: { eventId: number; seatIds: readonly number[]; clause: string },
): Promise<SeatRow[]> {
  const sorted = [...new Set(seatIds)].sort((a, b) => a - b);
  const rows: SeatRecord[] = [];
  for (const some of inPieces(sorted)) {
    const sql = `SELECT seat_id, number, state, hold_id FROM seat_claim
      WHERE ${SEATS_OF_EVENT} IN (${marks(some)}) ORDER BY seat_id ${clause}`;
    rows.push(...(await transaction.query<SeatRecord>(sql, [eventId, ...some])));
  }
  // Read after the rows are locked: a claim is changed only by who has its seat's row, or makes its number larger.
  const holds = await readHolds(
    transaction,
    rows.flatMap((row) => row.hold_id ?? []),
  );
  return rows.map((row) => ({
    seatId: row.seat_id,
    number: row.number,
    state: row.state,
    hold: row.hold_id === null ? undefined : holds.get(row.hold_id),
  }));
}

async function readHolds(transaction: Transaction, holdIds: readonly number[]): Promise<Map<number, Hold>> {
  const holds = new Map<number, Hold>();
  for (const some of inPieces(holdIds)) {
    const sql = `SELECT * FROM hold WHERE hold_id IN (${marks(some)})`;
    for (const row of await transaction.query<HoldRecord>(sql, some)) holds.set(row.hold_id, holdOf(row));
  }
  return holds;
}

export function* inPieces<T>(ids: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < ids.length; start += MANY) yield ids.slice(start, start + MANY);
}

export function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
