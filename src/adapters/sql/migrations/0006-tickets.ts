import type { SchemaWords } from '../dialect.ts';

/** Tickets, what was done to them, and the mails that carry them. */
export const tickets = (words: SchemaWords): readonly string[] => [
  // The key is the law: one first ticket for a seat of an order, and one of each revision after it.
  `CREATE TABLE ticket (
    order_id BIGINT NOT NULL,
    seat_id BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    holder_id ${words.name} NOT NULL,
    received_from ${words.name},
    passed_to ${words.name},
    state ${words.name} NOT NULL,
    version BIGINT NOT NULL,
    seat_number ${words.name} NOT NULL,
    section ${words.name},
    row_name ${words.name},
    seat_type ${words.name} NOT NULL,
    issued_at BIGINT NOT NULL,
    moved_at BIGINT NOT NULL,
    entered_at BIGINT,
    gate ${words.name},
    PRIMARY KEY (order_id, seat_id, revision)
  )${words.clusteredEnd}`,
  'CREATE INDEX ticket_by_holder ON ticket (holder_id, order_id)',
  'CREATE INDEX ticket_by_event ON ticket (event_id, seat_id)',
  `CREATE TABLE ticket_move (
    order_id BIGINT NOT NULL,
    seat_id BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    version BIGINT NOT NULL,
    from_state ${words.name},
    to_state ${words.name} NOT NULL,
    at BIGINT NOT NULL,
    actor ${words.name},
    gate ${words.name},
    PRIMARY KEY (order_id, seat_id, revision, version)
  )${words.clusteredEnd}`,
  // How far the tickets have followed their order.
  `CREATE TABLE ticket_issue (
    order_id BIGINT NOT NULL PRIMARY KEY,
    event_id BIGINT NOT NULL,
    order_revision BIGINT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL
  )${words.tableEnd}`,
  `CREATE TABLE ticket_mail (
    order_id BIGINT NOT NULL PRIMARY KEY,
    email ${words.name} NOT NULL,
    language ${words.name} NOT NULL,
    state ${words.name} NOT NULL,
    version BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT,
    changed_at BIGINT NOT NULL,
    reason ${words.text}
  )${words.tableEnd}`,
  words.partialIndex({
    name: 'ticket_mail_due',
    table: 'ticket_mail',
    columns: ['due_at'],
    where: { column: 'due_at', is: [] },
  }),
  // Where the buyer wants the tickets sent.
  `ALTER TABLE orders ADD COLUMN contact_json ${words.text}`,
];
