import { epochOf, sequenceOf, stamp } from '../../../core/stamp.ts';
import type { Hall } from '../../../reservation/hall.ts';
import type { Hold } from '../../../reservation/hold.ts';
import type {
  Cursor,
  Ending,
  RecordOf,
  SharedSeatLedger,
  WrittenBehind,
} from '../../../reservation/ports/shared-seat-ledger.ts';
import { lateCommandWrite } from '../command-log.ts';
import { runsOf } from '../commits/runs.ts';
import type { Database, SqlValue, Transaction, Write } from '../database.ts';
import type { Upsert, WriteKind } from '../write-kind.ts';
import { type HoldRecord, holdOf, holdRow, PUT_HOLD } from './hold-row.ts';
import { addMove, countRows, eventsWithLiveHolds, loadClaims } from './seat-ledger.ts';

/**
 * Moves the cursor from where it was. Locks its row until the end of the transaction, so of two that begin at one place the
 * second finds it moved.
 */
const MOVE_CURSOR: WriteKind = {
  write: 'upsert',
  table: 'counter',
  columns: { name: 'text', value: 'int', moved_from: 'int' },
  key: ['name'],
  update: { moved_from: 'replace', value: 'replace' },
  guard: { value: { is: 'moved_from' } },
  mustApply: true,
};

/** A payment ends once: the row of one that has ended refuses the whole transaction. */
const END_HOLD: WriteKind = { ...(PUT_HOLD as Upsert), mustApply: true };

const LEAVE_HOLD = `UPDATE hold SET state = ?, expires_at = ?, order_id = ?, ended_at = ?
  WHERE hold_id = ? AND ended_at IS NULL`;
const REMOVE_SALE = 'DELETE FROM sale WHERE event_id = ? AND seat_id = ? AND fence = ?';

/** Holds asked for in one statement. */
const HOLDS_AT_ONCE = 200;

/** `database` may group calls, but each must have its own fate: a Conflict of one is not told to others. */
export function sqlSharedSeatLedger(database: Database): SharedSeatLedger {
  const cursor = async (eventId: number) => {
    const [row] = await database.query<{ value: number }>('SELECT value FROM counter WHERE name = ?', [
      cursorName(eventId),
    ]);
    return { generation: epochOf(row?.value ?? 0), position: sequenceOf(row?.value ?? 0) };
  };
  return {
    raiseEpoch: () => database.raise('epoch', 1),
    async beginGeneration(eventId, from) {
      const generation = await database.raise('epoch', 1);
      await database.commit([moveCursor(eventId, from, { generation, position: 0 })]);
      return generation;
    },
    cursor,
    load: (hall, lapsedSince) => loadClaims(database, hall, lapsedSince),
    follow: (hall, written) => database.commit(followingWrites(hall, written)),
    async sell(hall, sales, record) {
      const writes: Write[] = sales.map(({ hold }) => ({ kind: END_HOLD, row: holdRow(hold) }));
      for (const { move } of sales) addMove(writes, hall, move);
      if (record) writes.push(lateCommandWrite(record));
      await database.commit(writes);
    },
    endPayments: (hall, endings, record) =>
      database.transaction((transaction) => endPayments(transaction, hall, { endings, record })),
    returnSales: (hall, endings, record) =>
      database.transaction((transaction) => returnSales(transaction, hall, { endings, record })),
    holds: (holdIds) => holdsOf(database, holdIds),
    eventsWithLiveHolds: () => eventsWithLiveHolds(database),
    counts: (eventId) => countRows(database, eventId),
  };
}

function cursorName(eventId: number): string {
  return `seats:${eventId}`;
}

function moveCursor(eventId: number, from: Cursor, to: Cursor): Write {
  const [place, before] = [to, from].map(({ generation, position }) => stamp(generation, position));
  return { kind: MOVE_CURSOR, row: [cursorName(eventId), place as number, before as number] };
}

function followingWrites(hall: Hall, { from, upTo, changes, records }: WrittenBehind): Write[] {
  const writes = [moveCursor(hall.eventId, from, { ...from, position: upTo })];
  // Of a hold that changed more than once, only how it stands in the end.
  const holds = new Map(changes.flatMap((each) => each.holds.map((hold) => [hold.holdId, hold])));
  for (const hold of holds.values()) writes.push({ kind: PUT_HOLD, row: holdRow(hold) });
  for (const { moves } of changes) for (const move of moves) addMove(writes, hall, move);
  for (const record of records) writes.push(lateCommandWrite(record));
  return writes;
}

interface Asked {
  endings: readonly Ending[];
  record: RecordOf | undefined;
}

async function endPayments(
  transaction: Transaction,
  hall: Hall,
  { endings, record }: Asked,
): Promise<Hold[]> {
  const stand: Hold[] = [];
  const writes: Write[] = [];
  // Rows are locked in the order of their keys by everybody, so nobody waits in a circle.
  for (const { hold, move } of [...endings].sort((a, b) => a.hold.holdId - b.hold.holdId)) {
    const { state, expiresAt, orderId, endedAt, holdId } = hold;
    const ended = await transaction.change(LEAVE_HOLD, [state, expiresAt, orderId, endedAt, holdId]);
    const [before] = ended === 0 ? await holdsOf(transaction, [holdId]) : [];
    stand.push(before ?? hold);
    if (before) continue;
    if (ended === 0) writes.push({ kind: PUT_HOLD, row: holdRow(hold) });
    addMove(writes, hall, move);
  }
  const freed = stand.filter(({ state }) => state !== 'CONFIRMED').length;
  if (record) writes.push(lateCommandWrite(record(freed)));
  await transaction.write(runsOf(writes));
  return stand;
}

async function returnSales(
  transaction: Transaction,
  hall: Hall,
  { endings, record }: Asked,
): Promise<number[]> {
  const returned: number[] = [];
  const writes: Write[] = [];
  for (const { hold, move } of [...endings].sort((a, b) => a.hold.seatId - b.hold.seatId)) {
    if ((await transaction.change(REMOVE_SALE, [hall.eventId, hold.seatId, hold.fence])) === 0) continue;
    returned.push(hold.seatId);
    addMove(writes, hall, move);
  }
  if (record) writes.push(lateCommandWrite(record(returned.length)));
  await transaction.write(runsOf(writes));
  return returned;
}

async function holdsOf(
  from: Pick<Database | Transaction, 'query'>,
  holdIds: readonly SqlValue[],
): Promise<Hold[]> {
  const holds: Hold[] = [];
  for (let first = 0; first < holdIds.length; first += HOLDS_AT_ONCE) {
    const some = holdIds.slice(first, first + HOLDS_AT_ONCE);
    const marks = some.map(() => '?').join(', ');
    const rows = await from.query<HoldRecord>(`SELECT * FROM hold WHERE hold_id IN (${marks})`, some);
    holds.push(...rows.map(holdOf));
  }
  return holds;
}
