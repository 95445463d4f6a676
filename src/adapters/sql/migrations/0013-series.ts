import type { SchemaWords } from '../dialect.ts';

/** Series of events, who tried to hold their seats and how, and the lines before them. */
export const series = ({ name, text, tableEnd, clusteredEnd }: SchemaWords): readonly string[] => [
  `CREATE TABLE series (
    series_id BIGINT NOT NULL PRIMARY KEY,
    title ${text} NOT NULL,
    artist ${text} NOT NULL,
    agency ${text},
    policy_json ${text},
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    removed_at BIGINT
  )${tableEnd}`,
  // Every guarded try of the last minutes, refused or not.
  `CREATE TABLE hold_attempt (
    attempt_id ${name} NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    user_id ${name} NOT NULL,
    request_mark ${name},
    device_mark ${name}
  )${tableEnd}`,
  'CREATE INDEX hold_attempt_age ON hold_attempt (at)',
  'CREATE INDEX hold_attempt_user ON hold_attempt (user_id, at)',
  'CREATE INDEX hold_attempt_request ON hold_attempt (request_mark, at)',
  'CREATE INDEX hold_attempt_device ON hold_attempt (device_mark, at)',
  // Those that were refused, for the organiser.
  `CREATE TABLE abuse_record (
    attempt_id ${name} NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    reason ${name} NOT NULL,
    user_id ${name} NOT NULL,
    series_id BIGINT,
    event_id BIGINT NOT NULL,
    seat_id BIGINT NOT NULL,
    request_mark ${name},
    device_mark ${name}
  )${tableEnd}`,
  'CREATE INDEX abuse_record_age ON abuse_record (at, attempt_id)',
  // The latest request of a buyer for a seat.
  `CREATE TABLE latest_request (
    user_id ${name} NOT NULL,
    seat_id BIGINT NOT NULL,
    request_id ${name},
    at BIGINT NOT NULL,
    PRIMARY KEY (user_id, seat_id)
  )${clusteredEnd}`,
  'CREATE INDEX latest_request_age ON latest_request (at)',
  // Who waits before a series, when its next are let in, and who is in.
  `CREATE TABLE series_place (
    series_id BIGINT NOT NULL,
    user_id ${name} NOT NULL,
    place BIGINT NOT NULL,
    PRIMARY KEY (series_id, user_id)
  )${clusteredEnd}`,
  `CREATE TABLE series_pace (
    series_id BIGINT NOT NULL PRIMARY KEY,
    due_at BIGINT,
    resale_from BIGINT NOT NULL,
    resold BIGINT NOT NULL
  )${tableEnd}`,
  `CREATE TABLE active_user (
    user_id ${name} NOT NULL PRIMARY KEY,
    until_at BIGINT NOT NULL
  )${tableEnd}`,
  'CREATE INDEX active_user_end ON active_user (until_at)',
  // How the seats of a queued request are claimed, if it says so.
  `ALTER TABLE seat_request ADD COLUMN way ${name}`,
];
