import type { Event, EventPolicy, Inventory } from '../../catalog/event.ts';
import type { CatalogStore } from '../../catalog/ports/catalog-store.ts';
import type { CatalogSeat } from '../../catalog/seat.ts';
import { commandWrite } from './command-log.ts';
import type { Database, Row, Write, WriteKind } from './database.ts';

const PUT_EVENT: WriteKind = {
  table: 'event',
  sql: `INSERT INTO event (event_id, name, starts_at, venue, status, sale_opens_at, total_seats, currency, inventory,
      policy_json, series_id, revision, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (event_id) DO UPDATE SET name = excluded.name, starts_at = excluded.starts_at,
      venue = excluded.venue, status = excluded.status, sale_opens_at = excluded.sale_opens_at,
      total_seats = excluded.total_seats, policy_json = excluded.policy_json, series_id = excluded.series_id,
      revision = excluded.revision
    WHERE event.revision < excluded.revision`,
};

const ADD_SEAT: WriteKind = {
  table: 'seat',
  sql: `INSERT INTO seat (seat_id, event_id, number, section, row_name, type, price, x, y, blocked, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
};

const ADD_BLOCK: WriteKind = {
  table: 'seat_block',
  sql: 'INSERT INTO seat_block (first_seat_id, seats, event_id) VALUES (?, ?, ?)',
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

export function sqlCatalogStore(database: Database): CatalogStore {
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
        const rows = await database.query<SeatRecord>(
          'SELECT * FROM seat WHERE seat_id >= ? AND seat_id < ? ORDER BY seat_id',
          [block.first_seat_id, block.first_seat_id + block.seats],
        );
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
