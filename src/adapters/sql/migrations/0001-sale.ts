/** Everything one sale needs. `json` columns hold JSON text; times are milliseconds since 1970; money is hundredths. */
export const sale: readonly string[] = [
  `CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
  )`,
  `CREATE TABLE event (
    event_id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    venue TEXT,
    status TEXT NOT NULL,
    sale_opens_at BIGINT,
    total_seats BIGINT NOT NULL,
    currency TEXT NOT NULL,
    inventory TEXT NOT NULL,
    policy_json TEXT NOT NULL,
    series_id BIGINT,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL
  )`,
  `CREATE TABLE seat (
    seat_id BIGINT NOT NULL PRIMARY KEY,
    event_id BIGINT NOT NULL,
    number TEXT NOT NULL,
    section TEXT,
    row_name TEXT,
    type TEXT NOT NULL,
    price BIGINT NOT NULL,
    x DOUBLE PRECISION,
    y DOUBLE PRECISION,
    blocked BIGINT NOT NULL,
    created_at BIGINT NOT NULL
  )`,
  'CREATE UNIQUE INDEX seat_number ON seat (event_id, number)',
  // Seats get their ids in whole blocks, so the event of a seat is found in the few rows of this table.
  `CREATE TABLE seat_block (
    first_seat_id BIGINT NOT NULL PRIMARY KEY,
    seats BIGINT NOT NULL,
    event_id BIGINT NOT NULL
  )`,
  `CREATE TABLE hold (
    hold_id BIGINT NOT NULL PRIMARY KEY,
    event_id BIGINT NOT NULL,
    seat_id BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    session_id TEXT,
    group_id BIGINT NOT NULL,
    admission_id TEXT,
    fence BIGINT NOT NULL,
    state TEXT NOT NULL,
    held_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    latest_end BIGINT NOT NULL,
    order_id BIGINT,
    ended_at BIGINT
  )`,
  'CREATE INDEX hold_by_user ON hold (user_id, hold_id)',
  "CREATE INDEX hold_live ON hold (event_id, state) WHERE state IN ('HELD', 'PAYING')",
  "CREATE INDEX hold_lapsed ON hold (event_id, ended_at) WHERE state = 'EXPIRED'",
  // Who owns a seat. The key is the law: no seat of an event is sold twice.
  `CREATE TABLE sale (
    event_id BIGINT NOT NULL,
    seat_id BIGINT NOT NULL,
    hold_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    fence BIGINT NOT NULL,
    price BIGINT NOT NULL,
    sold_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, seat_id)
  ) WITHOUT ROWID`,
  // What the organiser blocked or freed after the hall was made; overrides the seat's own `blocked`.
  `CREATE TABLE seat_override (
    event_id BIGINT NOT NULL,
    seat_id BIGINT NOT NULL,
    blocked BIGINT NOT NULL,
    PRIMARY KEY (event_id, seat_id)
  )`,
  // Every move of every seat: the transition log, and a seat's history.
  `CREATE TABLE seat_move (
    seat_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    cause TEXT NOT NULL,
    hold_id BIGINT,
    actor TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (seat_id, number)
  ) WITHOUT ROWID`,
  `CREATE TABLE command (
    command_id TEXT NOT NULL PRIMARY KEY,
    body_hash TEXT NOT NULL,
    reply_json TEXT NOT NULL,
    at BIGINT NOT NULL
  )`,
  'CREATE INDEX command_age ON command (at)',
  `CREATE TABLE orders (
    order_id BIGINT NOT NULL PRIMARY KEY,
    reference TEXT NOT NULL,
    event_id BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    seats_json TEXT NOT NULL,
    attempt_json TEXT,
    deadline BIGINT NOT NULL,
    due_at BIGINT,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    ended_at BIGINT,
    refunded BIGINT NOT NULL,
    reason TEXT
  )`,
  'CREATE UNIQUE INDEX order_reference ON orders (reference)',
  'CREATE INDEX order_by_user ON orders (user_id, order_id)',
  'CREATE INDEX order_due ON orders (due_at) WHERE due_at IS NOT NULL',
  // What the provider said of each attempt to pay.
  `CREATE TABLE payment (
    attempt_id TEXT NOT NULL PRIMARY KEY,
    order_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    state TEXT NOT NULL,
    provider TEXT NOT NULL,
    updated_at BIGINT NOT NULL
  )`,
  'CREATE INDEX payment_by_order ON payment (order_id)',
  // Order facts on their way to the bus, in the order in which they were committed.
  `CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    message_key TEXT NOT NULL,
    body_json TEXT NOT NULL,
    created_at BIGINT NOT NULL
  )`,
  `CREATE TABLE inbox (
    consumer TEXT NOT NULL,
    message_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (consumer, message_id)
  )`,
];
