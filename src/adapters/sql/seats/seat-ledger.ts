import type { Millis } from '../../../core/clock.ts';
import type { CommandRecord } from '../../../core/command.ts';
import { Turns } from '../../../core/turns.ts';
import type { Changes, ClaimsSeed, SeatCounts, SeatMove } from '../../../reservation/claims.ts';
import type { Hall } from '../../../reservation/hall.ts';
import type { Hold } from '../../../reservation/hold.ts';
import type { SeatLedger } from '../../../reservation/ports/seat-ledger.ts';
import { commandWrite } from '../command-log.ts';
import type { Database, Write } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';
import { type HoldRecord, holdOf, holdRow, LIVE_HOLDS, PUT_HOLD, soldHolds } from './hold-row.ts';

const ADD_MOVE: WriteKind = {
  write: 'insert',
  table: 'seat_move',
  columns: {
    seat_id: 'int',
    number: 'int',
    event_id: 'int',
    from_state: 'text',
    to_state: 'text',
    cause: 'text',
    hold_id: 'int',
    actor: 'text',
    at: 'int',
  },
};

/** A second sale of the same seat violates the key and fails the commit. */
export const ADD_SALE: WriteKind = {
  write: 'insert',
  table: 'sale',
  columns: {
    event_id: 'int',
    seat_id: 'int',
    hold_id: 'int',
    order_id: 'int',
    user_id: 'text',
    fence: 'int',
    price: 'int',
    sold_at: 'int',
  },
};

const END_SALE: WriteKind = {
  write: 'delete',
  table: 'sale',
  columns: { event_id: 'int', seat_id: 'int', fence: 'int' },
};

const PUT_OVERRIDE: WriteKind = {
  write: 'upsert',
  table: 'seat_override',
  columns: { event_id: 'int', seat_id: 'int', blocked: 'int' },
  key: ['event_id', 'seat_id'],
  update: { blocked: 'replace' },
};

const OVERRIDES = 'SELECT seat_id, blocked FROM seat_override WHERE event_id = ?';
const LAPSES = `SELECT DISTINCT user_id, expires_at AS at FROM hold
  WHERE event_id = ? AND state = 'EXPIRED' AND ended_at >= ? AND order_id IS NULL ORDER BY expires_at`;
/** The latest lapse of each seat: a hall's seats at most, however often they were held. One pass, whatever the server expects. */
const LAPSED_HOLDS = `SELECT * FROM
  (SELECT hold.*, row_number() OVER (PARTITION BY seat_id ORDER BY fence DESC) AS from_latest
    FROM hold WHERE event_id = ? AND state = 'EXPIRED' AND ended_at >= ?) lapsed
  WHERE from_latest = 1`;
const COUNTS = `SELECT held, paying,
  (SELECT count(*) FROM seat WHERE event_id = ?) AS seats,
  (SELECT count(*) FROM sale WHERE event_id = ?) AS sold,
  (SELECT count(*) FROM seat LEFT JOIN seat_override o ON o.event_id = seat.event_id AND o.seat_id = seat.seat_id
    WHERE seat.event_id = ? AND coalesce(o.blocked, seat.blocked) = 1) AS blocked
  FROM (SELECT count(CASE state WHEN 'HELD' THEN 1 END) AS held, count(CASE state WHEN 'PAYING' THEN 1 END) AS paying
    FROM hold WHERE event_id = ? AND state IN ('HELD', 'PAYING')) live`;

export function sqlSeatLedger(database: Database): SeatLedger {
  const epochs = new Turns<'epoch'>();
  return {
    raiseEpoch: () => epochs.take('epoch', () => database.raise('epoch', 1)),
    load: (hall, lapsedSince) => loadClaims(database, hall, lapsedSince),
    append: (hall, changes, record) => database.commit(writesOf(hall, changes, record)),
    settled: () => database.settled(),
    lineage: () => database.lineage,
    eventsWithLiveHolds: () => eventsWithLiveHolds(database),
    counts: (eventId) => countRows(database, eventId),
  };
}

/** The rows of a decision: claims, moves with what follows from them, and the stored answer. */
export function writesOf(hall: Hall, { moves, holds }: Changes, record: CommandRecord | undefined): Write[] {
  const writes: Write[] = [];
  for (const hold of holds) writes.push({ kind: PUT_HOLD, row: holdRow(hold) });
  for (const move of moves) addMove(writes, hall, move);
  if (record) writes.push(commandWrite(record));
  return writes;
}

/** A move with the rows that follow from it: a sale made or ended, a seat blocked or freed. */
export function addMove(writes: Write[], hall: Hall, move: SeatMove): void {
  const { eventId } = hall;
  const { seatId, from, to, hold } = move;
  writes.push({
    kind: ADD_MOVE,
    row: [seatId, move.number, eventId, from, to, move.cause, hold?.holdId ?? null, move.actor, move.at],
  });
  if (to === 'SOLD') writes.push({ kind: ADD_SALE, row: saleRow(hall, move, hold as Hold) });
  else if (from === 'SOLD') writes.push({ kind: END_SALE, row: [eventId, seatId, (hold as Hold).fence] });
  if (to === 'BLOCKED' || from === 'BLOCKED') {
    writes.push({ kind: PUT_OVERRIDE, row: [eventId, seatId, to === 'BLOCKED' ? 1 : 0] });
  }
}

function saleRow(hall: Hall, move: SeatMove, hold: Hold): Write['row'] {
  const { price } = hall.seatAt(move.ordinal);
  return [hall.eventId, move.seatId, hold.holdId, hold.orderId, hold.userId, hold.fence, price, move.at];
}

export async function loadClaims(database: Database, hall: Hall, lapsedSince: Millis): Promise<ClaimsSeed> {
  const { eventId } = hall;
  const [live, sold, overrides, lapses, lapsed] = await Promise.all([
    database.query<HoldRecord>(LIVE_HOLDS, [eventId]),
    database.query<HoldRecord>(soldHolds(database.dialect), [eventId]),
    database.query<{ seat_id: number; blocked: number }>(OVERRIDES, [eventId]),
    database.query<{ user_id: string; at: number }>(LAPSES, [eventId, lapsedSince]),
    database.query<HoldRecord>(LAPSED_HOLDS, [eventId, lapsedSince]),
  ]);
  const overridden = new Map(overrides.map((row) => [row.seat_id, row.blocked === 1]));
  return {
    holds: [...live, ...sold].map(holdOf),
    blocked: hall.seats
      .filter((seat) => overridden.get(seat.seatId) ?? seat.blocked)
      .map((seat) => seat.seatId),
    lapses: lapses.map((row) => ({ userId: row.user_id, at: row.at })),
    lapsed: lapsed.map(holdOf),
  };
}

export async function eventsWithLiveHolds(database: Database): Promise<number[]> {
  const rows = await database.query<{ event_id: number }>(
    "SELECT DISTINCT event_id FROM hold WHERE state IN ('HELD', 'PAYING')",
  );
  return rows.map((row) => row.event_id);
}

export async function countRows(database: Database, eventId: number): Promise<SeatCounts> {
  const [row] = await database.query<Record<'seats' | 'held' | 'paying' | 'sold' | 'blocked', number>>(
    COUNTS,
    [eventId, eventId, eventId, eventId],
  );
  const { seats = 0, held = 0, paying = 0, sold = 0, blocked = 0 } = row ?? {};
  const available = seats - held - paying - sold - blocked;
  return { AVAILABLE: available, HELD: held, PAYING: paying, SOLD: sold, BLOCKED: blocked };
}
