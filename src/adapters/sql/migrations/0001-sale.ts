import type { SchemaWords } from '../dialect.ts';

/** Everything one sale needs. `json` columns hold JSON text; times are milliseconds since 1970; money is hundredths. */
export const sale = (words: SchemaWords): readonly string[] => [
  `CREATE TABLE counter (
    name ${words.name} NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
  )${words.tableEnd}`,
  `CREATE TABLE event (
    event_id BIGINT NOT NULL PRIMARY KEY,
    name ${words.text} NOT NULL,
    starts_at BIGINT NOT NULL,
    venue ${words.text},
    status ${words.name} NOT NULL,
    sale_opens_at BIGINT,
    total_seats BIGINT NOT NULL,
    currency ${words.name} NOT NULL,
    inventory ${words.name} NOT NULL,
    policy_json ${words.text} NOT NULL,
    series_id BIGINT,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL
  )${words.tableEnd}`,
  `CREATE TABLE seat (
    seat_id BIGINT NOT NULL PRIMARY KEY,
    event_id BIGINT NOT NULL,
    number ${words.name} NOT NULL,
    section ${words.name},
    row_name ${words.name},
    type ${words.name} NOT NULL,
    price BIGINT NOT NULL,
    x DOUBLE PRECISION,
    y DOUBLE PRECISION,
    blocked BIGINT NOT NULL,
    created_at BIGINT NOT NULL
  )${words.tableEnd}`,
  'CREATE UNIQUE INDEX seat_number ON seat (event_id, number)',
  // Seats get their ids in whole blocks, so the event of a seat is found in the few rows of this table.
  `CREATE TABLE seat_block (
    first_seat_id BIGINT NOT NULL PRIMARY KEY,
    seats BIGINT NOT NULL,
    event_id BIGINT NOT NULL
  )${words.tableEnd}`,
  `CREATE TABLE hold (
    hold_id BIGINT NOT NULL PRIMARY KEY,
    event_id BIGINT NOT NULL,
    seat_id BIGINT NOT NULL,
    user_id ${words.name} NOT NULL,
    session_id ${words.name},
    group_id BIGINT NOT NULL,
    admission_id ${words.name},
    fence BIGINT NOT NULL,
    state ${words.name} NOT NULL,
    held_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    latest_end BIGINT NOT NULL,
    order_id BIGINT,
    ended_at BIGINT
  )${words.tableEnd}`,
  'CREATE INDEX hold_by_user ON hold (user_id, hold_id)',
  words.partialIndex({
    name: 'hold_live',
    table: 'hold',
    columns: ['event_id', 'state'],
    where: { column: 'state', is: ['HELD', 'PAYING'] },
  }),
  words.partialIndex({
    name: 'hold_lapsed',
    table: 'hold',
    columns: ['event_id', 'ended_at'],
    where: { column: 'state', is: ['EXPIRED'] },
  }),
  // Who owns a seat. The key is the law: no seat of an event is sold twice.
  `CREATE TABLE sale (
    event_id BIGINT NOT NULL,
    seat_id BIGINT NOT NULL,
    hold_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    user_id ${words.name} NOT NULL,
    fence BIGINT NOT NULL,
    price BIGINT NOT NULL,
    sold_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, seat_id)
  )${words.clusteredEnd}`,
  // What the organiser blocked or freed after the hall was made; overrides the seat's own `blocked`.
  `CREATE TABLE seat_override (
    event_id BIGINT NOT NULL,
    seat_id BIGINT NOT NULL,
    blocked BIGINT NOT NULL,
    PRIMARY KEY (event_id, seat_id)
  )${words.tableEnd}`,
  // Every move of every seat: the transition log, and a seat's history.
  `CREATE TABLE seat_move (
    seat_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    from_state ${words.name} NOT NULL,
    to_state ${words.name} NOT NULL,
    cause ${words.name} NOT NULL,
    hold_id BIGINT,
    actor ${words.name},
    at BIGINT NOT NULL,
    PRIMARY KEY (seat_id, number)
  )${words.clusteredEnd}`,
  `CREATE TABLE command (
    command_id ${words.longKey} NOT NULL PRIMARY KEY,
    body_hash ${words.name} NOT NULL,
    reply_json ${words.text} NOT NULL,
    at BIGINT NOT NULL
  )${words.tableEnd}`,
  'CREATE INDEX command_age ON command (at)',
  `CREATE TABLE orders (
    order_id BIGINT NOT NULL PRIMARY KEY,
    reference ${words.name} NOT NULL,
    event_id BIGINT NOT NULL,
    user_id ${words.name} NOT NULL,
    state ${words.name} NOT NULL,
    revision BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    currency ${words.name} NOT NULL,
    seats_json ${words.text} NOT NULL,
    attempt_json ${words.text},
    deadline BIGINT NOT NULL,
    due_at BIGINT,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    ended_at BIGINT,
    refunded BIGINT NOT NULL,
    reason ${words.text}
  )${words.tableEnd}`,
  'CREATE UNIQUE INDEX order_reference ON orders (reference)',
  'CREATE INDEX order_by_user ON orders (user_id, order_id)',
  words.partialIndex({
    name: 'order_due',
    table: 'orders',
    columns: ['due_at'],
    where: { column: 'due_at', is: [] },
  }),
  // What the provider said of each attempt to pay.
  `CREATE TABLE payment (
    attempt_id ${words.name} NOT NULL PRIMARY KEY,
    order_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    currency ${words.name} NOT NULL,
    state ${words.name} NOT NULL,
    provider ${words.name} NOT NULL,
    updated_at BIGINT NOT NULL
  )${words.tableEnd}`,
  'CREATE INDEX payment_by_order ON payment (order_id)',
  // Order facts on their way to the bus, in the order in which they were committed.
  `CREATE TABLE outbox (
    position ${words.position},
    message_id ${words.name} NOT NULL,
    topic ${words.name} NOT NULL,
    message_key ${words.name} NOT NULL,
    body_json ${words.text} NOT NULL,
    created_at BIGINT NOT NULL
  )${words.tableEnd}`,
  `CREATE TABLE inbox (
    consumer ${words.name} NOT NULL,
    message_id ${words.name} NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (consumer, message_id)
  )${words.tableEnd}`,
];
