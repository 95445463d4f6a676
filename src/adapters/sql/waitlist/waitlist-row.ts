import type { RefusalCode } from '../../../core/refusal.ts';
import type { Entry, EntryState, SeatOffer, Wish } from '../../../waitlist/entry.ts';
import type { Row } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

export const GIVE_PLACES: WriteKind = {
  write: 'upsert',
  table: 'waitlist',
  columns: { event_id: 'int', last_place: 'int' },
  key: ['event_id'],
  update: { last_place: 'add' },
};

export const PUT_TURN: WriteKind = {
  write: 'upsert',
  table: 'waitlist',
  columns: { event_id: 'int', last_place: 'int', in_turn: 'int' },
  key: ['event_id'],
  update: { in_turn: 'replace' },
};

export const PUT_ENTRY: WriteKind = {
  write: 'upsert',
  table: 'waitlist_entry',
  columns: {
    event_id: 'int',
    place: 'int',
    user_id: 'text',
    session_id: 'text',
    admission_id: 'text',
    wish_json: 'text',
    state: 'text',
    revision: 'int',
    attempt: 'int',
    joined_at: 'int',
    offer_json: 'text',
    answer_by: 'int',
    reason: 'text',
    ended_at: 'int',
  },
  key: ['event_id', 'place'],
  update: {
    state: 'replace',
    revision: 'replace',
    attempt: 'replace',
    offer_json: 'replace',
    answer_by: 'replace',
    reason: 'replace',
    ended_at: 'replace',
  },
  guard: { revision: 'grows' },
  // Who moves an entry must know that somebody else was first.
  mustApply: true,
};

/** A second live entry of a user violates the key and fails the transaction. */
export const ADD_LIVE: WriteKind = {
  write: 'insert',
  table: 'waitlist_live',
  columns: { event_id: 'int', user_id: 'text', place: 'int' },
};

export const END_LIVE: WriteKind = {
  write: 'delete',
  table: 'waitlist_live',
  columns: { event_id: 'int', user_id: 'text', place: 'int' },
};

/**
 * Which entries of `waiting` wait at an event. Only the index on live entries has these columns, so whatever a server has
 * counted, it reads none that is over.
 */
export const WAITING_AT = (event: string): string =>
  `waiting.live_event_id = ${event} AND waiting.state = 'WAITING'`;

export interface EntryRecord {
  event_id: number;
  place: number;
  user_id: string;
  session_id: string | null;
  admission_id: string | null;
  wish_json: string;
  state: string;
  revision: number;
  attempt: number;
  joined_at: number;
  offer_json: string | null;
  answer_by: number | null;
  reason: string | null;
  ended_at: number | null;
}

export function entryRow(entry: Entry): Row {
  return [
    entry.eventId,
    entry.place,
    entry.userId,
    entry.sessionId,
    entry.admissionId,
    JSON.stringify(entry.wish),
    entry.state,
    entry.revision,
    entry.attempt,
    entry.joinedAt,
    entry.offer && JSON.stringify(entry.offer),
    // Only of offers that wait for their answer, for who looks after them.
    entry.state === 'OFFERED' ? (entry.offer?.answerBy ?? null) : null,
    entry.reason,
    entry.endedAt,
  ];
}

export function entryOf(row: EntryRecord): Entry {
  return {
    eventId: row.event_id,
    place: row.place,
    userId: row.user_id,
    sessionId: row.session_id,
    admissionId: row.admission_id,
    wish: JSON.parse(row.wish_json) as Wish,
    state: row.state as EntryState,
    revision: row.revision,
    attempt: row.attempt,
    joinedAt: row.joined_at,
    offer: row.offer_json === null ? null : (JSON.parse(row.offer_json) as SeatOffer),
    reason: row.reason as RefusalCode | null,
    endedAt: row.ended_at,
  };
}
