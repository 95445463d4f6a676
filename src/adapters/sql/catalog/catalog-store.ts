import type { Event, EventPolicy, Inventory } from '../../../catalog/event.ts';
import type { CatalogStore } from '../../../catalog/ports/catalog-store.ts';
import type { CatalogSeat } from '../../../catalog/seat.ts';
import { onlyUnavailable } from '../../../core/unavailable.ts';
import { commandWrite } from '../command-log.ts';
import type { Database, Row, Write } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

/** A revision that does not grow is refused: another node changed the event first. */
const PUT_EVENT: WriteKind = {
  write: 'upsert',
  table: 'event',
  columns: {
    event_id: 'int',
    name: 'text',
    starts_at: 'int',
    venue: 'text',
    status: 'text',
    sale_opens_at: 'int',
    total_seats: 'int',
    currency: 'text',
    inventory: 'text',
    policy_json: 'text',
    series_id: 'int',
    revision: 'int',
    created_at: 'int',
  },
  key: ['event_id'],
  update: {
    name: 'replace',
    starts_at: 'replace',
    venue: 'replace',
    status: 'replace',
    sale_opens_at: 'replace',
    total_seats: 'replace',
    currency: 'replace',
    inventory: 'replace',
    policy_json: 'replace',
    series_id: 'replace',
    revision: 'replace',
  },
  guard: { revision: 'grows' },
  mustApply: true,
};

const ADD_SEAT: WriteKind = {
  write: 'insert',
  table: 'seat',
  columns: {
    seat_id: 'int',
    event_id: 'int',
    number: 'text',
    section: 'text',
    row_name: 'text',
    type: 'text',
    price: 'int',
    x: 'real',
    y: 'real',
    blocked: 'int',
    created_at: 'int',
  },
};

const ADD_BLOCK: WriteKind = {
  write: 'insert',
  table: 'seat_block',
  columns: { first_seat_id: 'int', seats: 'int', event_id: 'int' },
};

interface EventRecord {
  event_id: number;
  name: string;
  starts_at: number;
  venue: string | null;
  status: string;
  sale_opens_at: number | null;
  total_seats: number;
  currency: string;
  inventory: string;
  policy_json: string;
  series_id: number | null;
  revision: number;
  created_at: number;
}

interface SeatRecord {
  seat_id: number;
  event_id: number;
  number: string;
  section: string | null;
  row_name: string | null;
  type: string;
  price: number;
  x: number | null;
  y: number | null;
  blocked: number;
  created_at: number;
}

/** Seats of one block: they never change once they are made. */
const SEATS = 'SELECT * FROM seat WHERE seat_id >= ? AND seat_id < ? ORDER BY seat_id';

/** Halls may be read from a copy of the ledger that lags behind: what it does not have yet, the ledger is asked for. */
export function sqlCatalogStore(
  database: Database,
  replica: Pick<Database, 'query'> = database,
): CatalogStore {
  return {
    async load() {
      const [events, blocks] = await Promise.all([
        database.query<EventRecord>('SELECT * FROM event ORDER BY event_id'),
        database.query<{ first_seat_id: number; seats: number; event_id: number }>(
          'SELECT first_seat_id, seats, event_id FROM seat_block ORDER BY first_seat_id',
        ),
      ]);
      return {
        events: events.map(eventOf),
        blocks: blocks.map((row) => ({
          firstSeatId: row.first_seat_id,
          seats: row.seats,
          eventId: row.event_id,
        })),
      };
    },
    async revision() {
      // Every change raises the revision of one event by one, or adds an event, whose first revision is 1.
      const [row] = await database.query<{ revisions: number | string | null }>(
        'SELECT SUM(revision) AS revisions FROM event',
      );
      return Number(row?.revisions ?? 0);
    },
    save({ event, seats = [], record }) {
      const writes: Write[] = [{ kind: PUT_EVENT, row: eventRow(event) }];
      const [first] = seats;
      if (first) writes.push({ kind: ADD_BLOCK, row: [first.seatId, seats.length, event.eventId] });
      for (const seat of seats) writes.push({ kind: ADD_SEAT, row: seatRow(seat) });
      if (record) writes.push(commandWrite(record));
      return database.commit(writes);
    },
    async seatsOf(eventId) {
      const blocks = await database.query<{ first_seat_id: number; seats: number }>(
        'SELECT first_seat_id, seats FROM seat_block WHERE event_id = ? ORDER BY first_seat_id',
        [eventId],
      );
      const seats: CatalogSeat[] = [];
      for (const block of blocks) {
        const range = [block.first_seat_id, block.first_seat_id + block.seats];
        const copied = (await replica.query<SeatRecord>(SEATS, range).catch(onlyUnavailable)) ?? [];
        const rows = copied.length === block.seats ? copied : await database.query<SeatRecord>(SEATS, range);
        for (const row of rows) seats.push(seatOf(row));
      }
      return seats;
    },
  };
}

function eventRow(event: Event): Row {
  return [
    event.eventId,
    event.name,
    event.startsAt,
    event.venue,
    event.status,
    event.saleOpensAt,
    event.totalSeats,
    event.currency,
    event.inventory,
    JSON.stringify(event.policy),
    event.seriesId,
    event.revision,
    event.createdAt,
  ];
}

function eventOf(row: EventRecord): Event {
  return {
    eventId: row.event_id,
    name: row.name,
    startsAt: row.starts_at,
    venue: row.venue,
    status: row.status as Event['status'],
    saleOpensAt: row.sale_opens_at,
    totalSeats: row.total_seats,
    currency: row.currency,
    inventory: row.inventory as Inventory,
    policy: JSON.parse(row.policy_json) as EventPolicy,
    seriesId: row.series_id,
    revision: row.revision,
    createdAt: row.created_at,
  };
}

function seatRow(seat: CatalogSeat): Row {
  return [
    seat.seatId,
    seat.eventId,
    seat.number,
    seat.section,
    seat.row,
    seat.type,
    seat.price,
    seat.x,
    seat.y,
    seat.blocked ? 1 : 0,
    seat.createdAt,
  ];
}

function seatOf(row: SeatRecord): CatalogSeat {
  return {
    seatId: row.seat_id,
    eventId: row.event_id,
    number: row.number,
    section: row.section,
    row: row.row_name,
    type: row.type,
    price: row.price,
    x: row.x,
    y: row.y,
    blocked: row.blocked === 1,
    createdAt: row.created_at,
  };
}
