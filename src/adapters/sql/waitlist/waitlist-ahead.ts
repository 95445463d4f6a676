import type { Database, Transaction } from '../database.ts';
import { type EntryRecord, WAITING_AT } from './waitlist-row.ts';

/** Given the place, not a row that has it: MariaDB reads no further than there only if it knows it beforehand. */
const WAITING_BEFORE = `SELECT count(*) AS ahead FROM waitlist_entry waiting
  WHERE ${WAITING_AT('?')} AND waiting.live_place < ?`;

/** How many wait at an event before a place. */
export async function waitingBeforePlace(
  from: Pick<Database | Transaction, 'query'>,
  eventId: number,
  place: number,
): Promise<number> {
  const [row] = await from.query<{ ahead: number }>(WAITING_BEFORE, [eventId, place]);
  return row?.ahead ?? 0;
}

/** How many wait before an entry: nobody, where it does not wait itself. */
export async function waitingBefore(
  from: Pick<Database | Transaction, 'query'>,
  { state, event_id, place }: EntryRecord,
): Promise<number> {
  return state === 'WAITING' ? waitingBeforePlace(from, event_id, place) : 0;
}
