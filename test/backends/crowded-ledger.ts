import type { Row, SqlConnection, Write, WriteRun } from '../../src/adapters/sql/database.ts';
import { takenWrite } from '../../src/adapters/sql/messages/inbox.ts';
import { ADD_REQUEST, requestRow } from '../../src/adapters/sql/requests/request-row.ts';
import { ADD_SEAT_ROW } from '../../src/adapters/sql/seat-rows/seat-rows.ts';
import { holdRow, PUT_HOLD } from '../../src/adapters/sql/seats/hold-row.ts';
import { ADD_SALE } from '../../src/adapters/sql/seats/seat-ledger.ts';
import { ADD_LIVE, entryRow, GIVE_PLACES, PUT_ENTRY } from '../../src/adapters/sql/waitlist/waitlist-row.ts';
import type { CatalogSeat } from '../../src/catalog/seat.ts';
import { LANES } from '../../src/request-queue/policy.ts';
import type { SeatRequest } from '../../src/request-queue/request.ts';
import type { Hold } from '../../src/reservation/hold.ts';
import { type Entry, isLive } from '../../src/waitlist/entry.ts';
import { seatsOf } from './halls.ts';

/** Rows of each table that are over, and of those that are not. */
const CROWD = 5_000;
const RUSH = CROWD * 2;
/** So that each has a few. */
const BUYERS = 2_500;
const EVENTS = 2;
/** In its line a few wait, behind thousands of entries that are over. */
export const QUIET_EVENT = 1 + EVENTS;
const QUIETLY_WAITING = 30;
const ROWS_AT_ONCE = 2_500;
/** Lapses of late are at or after it, and live claims end after it. */
export const LATELY = 1_000;

export const TABLES = [
  'seat_request',
  'hold',
  'waitlist_entry',
  'waitlist_live',
  'waitlist',
  'seat_claim',
  'buyer_claim',
  'seat_move',
  'sale',
  'inbox',
] as const;

/** A hall that nobody has come to. */
export const EMPTY_HALL = QUIET_EVENT + 1;
const FREE = 200;
/** Of each hall in rows. */
export const FREE_SEATS: Readonly<Record<number, readonly number[]>> = Object.fromEntries(
  [1, EMPTY_HALL].map((eventId) => [
    eventId,
    Array.from({ length: FREE }, (_, index) => eventId * 1_000_000 + index),
  ]),
);
/** From there on. */
const SOLD_SEATS = 500_000;
/** Of so many live claims one is over, and nobody has looked yet. */
const ONE_IN_OVER = 500;

/** The seats of an event on which there are claims from the rush, and its free ones. */
export function hallIn(eventId: number): CatalogSeat[] {
  const claimed = Array.from({ length: CROWD }, (_, index) => CROWD + index).filter(
    (index) => eventOf(index) === eventId,
  );
  const [like] = seatsOf(eventId, 1) as [CatalogSeat];
  return [...claimed.map(seatOf), ...(FREE_SEATS[eventId] ?? [])].map((seatId) => ({
    ...like,
    seatId,
    number: `${seatId}`,
  }));
}

export const buyer = (number: number) => `buyer${number % BUYERS}`;

/** The one who dealt with all messages. */
export const CONSUMER = 'tickets';
export const message = (number: number) => `message${number}`;

/** What is over since long, `rows` of each table, and as many seats of other halls. */
export async function addOver(connection: SqlConnection, rows = CROWD): Promise<void> {
  const seats = Array.from({ length: rows }, (_, index) => [
    index % 2 === 0 ? EVENTS : QUIET_EVENT,
    index + 1,
    1,
    'SOLD',
    null,
  ]);
  await connection.transact([{ kind: ADD_SEAT_ROW, rows: seats }]);
  await add(connection, rows, {
    request: (index) => request(index, { state: 'COMPLETED', endedAt: 5 }),
    hold: (index) => hold(index, { state: 'RELEASED', endedAt: 5 }),
    sale: (index) => index,
    message,
    entry: (index) =>
      entry(index, {
        state: 'PROMOTED',
        endedAt: 5,
        eventId: index % 2 === 0 ? eventOf(index / 2) : QUIET_EVENT,
      }),
  });
}

/** What a rush fills the tables with: half of the claims are live, and half have lapsed just now; whoever may waits in a line. */
export function addRush(connection: SqlConnection): Promise<void> {
  return add(connection, RUSH, {
    request: (index) => request(CROWD + index),
    hold: (index) =>
      index < CROWD
        ? hold(CROWD + index, index % ONE_IN_OVER === 0 ? { expiresAt: LATELY } : {})
        : hold(CROWD + index, { state: 'EXPIRED', endedAt: LATELY + 1 }),
    sale: (index) => CROWD + index,
    entry: (index) => rushEntry(index),
    message: (index) => message(CROWD + index),
  });
}

async function add(
  connection: SqlConnection,
  count: number,
  of: {
    request(index: number): SeatRequest;
    hold(index: number): Hold;
    /** Which one of all. */
    sale(index: number): number;
    entry(index: number): Entry;
    message(index: number): string;
  },
): Promise<void> {
  for (let first = 0; first < count; first += ROWS_AT_ONCE) {
    const length = Math.min(ROWS_AT_ONCE, count - first);
    const some = Array.from({ length }, (_, index) => first + index);
    const runs: WriteRun[] = [
      { kind: ADD_REQUEST, rows: some.map((index) => requestRow(of.request(index))) },
      { kind: PUT_HOLD, rows: some.map((index) => holdRow(of.hold(index))) },
      { kind: ADD_SALE, rows: some.map((index) => saleRow(of.sale(index))) },
      ...runsOf(some.map((index) => of.entry(index))),
      taken(some.map((index) => of.message(index))),
    ];
    await connection.transact(runs);
  }
}

function taken(messageIds: readonly string[]): WriteRun {
  const writes = messageIds.map((messageId) => takenWrite({ consumer: CONSUMER, messageId, at: 1 }));
  return { kind: (writes[0] as Write).kind, rows: writes.map(({ row }) => row) };
}

function runsOf(entries: readonly Entry[]): WriteRun[] {
  const live = entries.filter(isLive).map(({ eventId, userId, place }) => [eventId, userId, place]);
  return [
    {
      kind: GIVE_PLACES,
      rows: [...new Set(entries.map(({ eventId }) => eventId))].map((id) => [id, RUSH]),
    },
    { kind: PUT_ENTRY, rows: entries.map(entryRow) },
    ...(live.length > 0 ? [{ kind: ADD_LIVE, rows: live }] : []),
  ];
}

/** At last one live entry a buyer, of which some have an offer; a few wait at the quiet event, too. */
function rushEntry(index: number): Entry {
  const place = CROWD + index;
  if (index < QUIETLY_WAITING) return entry(place, { eventId: QUIET_EVENT });
  if (index < RUSH - BUYERS) return entry(place, { state: 'LEFT', endedAt: LATELY });
  return entry(place, index % 7 === 0 ? { state: 'OFFERED' } : {});
}

function entry(index: number, more: Partial<Entry> = {}): Entry {
  return {
    eventId: eventOf(index),
    place: index + 1,
    userId: buyer(index),
    sessionId: null,
    admissionId: null,
    wish: { size: 1 },
    state: 'WAITING',
    revision: 1,
    attempt: 1,
    joinedAt: 1,
    offer: null,
    reason: null,
    endedAt: null,
    ...more,
  };
}

function request(index: number, more: Partial<SeatRequest> = {}): SeatRequest {
  return {
    requestId: `request${index}`,
    eventId: eventOf(index),
    lane: LANES[index % LANES.length] as SeatRequest['lane'],
    place: index + 1,
    userId: buyer(index),
    sessionId: null,
    seatIds: [1],
    admissionId: null,
    state: 'PENDING',
    revision: 1,
    attempts: 0,
    acceptedAt: 1,
    endedAt: null,
    held: null,
    reason: null,
    ...more,
  };
}

function hold(index: number, more: Partial<Hold> = {}): Hold {
  return {
    holdId: index + 1,
    eventId: eventOf(index),
    seatId: seatOf(index),
    userId: buyer(index),
    sessionId: null,
    groupId: index + 1,
    admissionId: null,
    fence: 5,
    state: 'HELD',
    heldAt: 1,
    expiresAt: LATELY * 10,
    latestEnd: LATELY * 10,
    orderId: null,
    endedAt: null,
    ...more,
  };
}

/** Of a seat of a part of the hall that is not looked at, whose id is smaller than those of the free ones. */
function saleRow(index: number): Row {
  const [seatId, orderId] = [SOLD_SEATS + index, index + 1];
  return [eventOf(index), seatId, SOLD_SEATS + index, orderId, buyer(index), 5, 100, 5];
}

function seatOf(index: number): number {
  return index + 1;
}

/** A buyer is at one event, so that his own rows are few whichever way they are found. */
function eventOf(index: number): number {
  return 1 + (index % EVENTS);
}
