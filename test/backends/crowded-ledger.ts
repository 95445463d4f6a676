import type { SqlConnection, WriteRun } from '../../src/adapters/sql/database.ts';
import { ADD_REQUEST, requestRow } from '../../src/adapters/sql/requests/request-row.ts';
import { holdRow, PUT_HOLD } from '../../src/adapters/sql/seats/hold-row.ts';
import { ADD_LIVE, entryRow, GIVE_PLACES, PUT_ENTRY } from '../../src/adapters/sql/waitlist/waitlist-row.ts';
import { LANES } from '../../src/request-queue/policy.ts';
import type { SeatRequest } from '../../src/request-queue/request.ts';
import type { Hold } from '../../src/reservation/hold.ts';
import { type Entry, isLive } from '../../src/waitlist/entry.ts';

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

export const TABLES = ['seat_request', 'hold', 'waitlist_entry', 'waitlist_live', 'waitlist'] as const;

export const buyer = (number: number) => `buyer${number % BUYERS}`;

/** What is over since long, `rows` of each table. */
export function addOver(connection: SqlConnection, rows = CROWD): Promise<void> {
  return add(connection, rows, {
    request: (index) => request(index, { state: 'COMPLETED', endedAt: 5 }),
    hold: (index) => hold(index, { state: 'RELEASED', endedAt: 5 }),
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
      index < CROWD ? hold(CROWD + index) : hold(CROWD + index, { state: 'EXPIRED', endedAt: LATELY + 1 }),
    entry: (index) => rushEntry(index),
  });
}

async function add(
  connection: SqlConnection,
  count: number,
  of: {
    request(index: number): SeatRequest;
    hold(index: number): Hold;
    entry(index: number): Entry;
  },
): Promise<void> {
  for (let first = 0; first < count; first += ROWS_AT_ONCE) {
    const length = Math.min(ROWS_AT_ONCE, count - first);
    const some = Array.from({ length }, (_, index) => first + index);
    const runs: WriteRun[] = [
      { kind: ADD_REQUEST, rows: some.map((index) => requestRow(of.request(index))) },
      { kind: PUT_HOLD, rows: some.map((index) => holdRow(of.hold(index))) },
      ...runsOf(some.map((index) => of.entry(index))),
    ];
    await connection.transact(runs);
  }
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
    seatId: index + 1,
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

/** A buyer is at one event, so that his own rows are few whichever way they are found. */
function eventOf(index: number): number {
  return 1 + (index % EVENTS);
}
