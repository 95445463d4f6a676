import { LANES, type Lane } from '../../../request-queue/policy.ts';
import type { Database, Transaction } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';
import {
  HEAD,
  type Head,
  type HeadRecord,
  headOf,
  saveHead,
  saveTail,
  TAIL,
  type Tail,
  type TailRecord,
  tailOf,
  UNFINISHED,
} from './lanes-of-event.ts';

const BEGIN_TAIL: WriteKind = {
  write: 'upsert',
  table: 'request_tail',
  columns: { event_id: 'int', accepted: 'int', tail_high: 'int', tail_normal: 'int', tail_low: 'int' },
  key: ['event_id'],
  update: {},
};

const BEGIN_HEAD: WriteKind = {
  write: 'upsert',
  table: 'request_head',
  columns: {
    event_id: 'int',
    ended: 'int',
    through_high: 'int',
    through_normal: 'int',
    through_low: 'int',
    gaps_high: 'int',
    gaps_normal: 'int',
    gaps_low: 'int',
    passed_high: 'int',
    passed_normal: 'int',
    passed_low: 'int',
    holder: 'text',
    held_until: 'int',
  },
  key: ['event_id'],
  update: {},
};

const CLAIMED_THROUGH = 'SELECT lane, through FROM seat_request_claim WHERE event_id = ?';
const FURTHEST = LANES.map(
  (lane) =>
    `(SELECT max(place) FROM seat_request WHERE event_id = ? AND ${UNFINISHED} AND lane = '${lane}') AS ${lane}_lane`,
).join(', ');
const WAITING = `SELECT count(*) AS requests FROM seat_request
  WHERE event_id = ? AND ${UNFINISHED} AND lane = ? AND place > ?`;
const UNENDED = `SELECT count(*) AS requests FROM seat_request WHERE event_id = ? AND ${UNFINISHED}`;
const FORGET_GAPS = 'DELETE FROM request_gap WHERE event_id = ?';

/**
 * Makes the event's head and tail, before the first request of an event at a node. Where one process alone has kept the
 * queue meanwhile, in its memory, they are brought to where its rows are.
 */
export async function prepareEvent(database: Database, eventId: number): Promise<void> {
  const { forUpdate } = database.dialect;
  await database.transaction(async (transaction) => {
    await transaction.write([
      { kind: BEGIN_TAIL, rows: [[eventId, 0, 0, 0, 0]] },
      { kind: BEGIN_HEAD, rows: [[eventId, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null, 0]] },
    ]);
    // The tail first: the order in which everybody locks who needs both.
    const [tailRow] = await transaction.query<TailRecord>(TAIL + forUpdate, [eventId]);
    const [headRow] = await transaction.query<HeadRecord>(HEAD + forUpdate, [eventId]);
    await catchUp(transaction, headOf(headRow as HeadRecord), tailOf(tailRow as TailRecord));
  });
}

async function catchUp(transaction: Transaction, head: Head, tail: Tail): Promise<void> {
  const { eventId } = head;
  const claims = await transaction.query<{ lane: Lane; through: number }>(CLAIMED_THROUGH, [eventId]);
  const [furthest] = await transaction.query<Record<`${Lane}_lane`, number | null>>(
    `SELECT ${FURTHEST}`,
    LANES.map(() => eventId),
  );
  const ends = LANES.map((lane) => {
    const through = claims.find((claim) => claim.lane === lane)?.through ?? 0;
    return { lane, through, last: Math.max(through, furthest?.[`${lane}_lane`] ?? 0) };
  });
  if (ends.every(({ lane, through, last }) => last <= tail.tail[lane] && through <= head.through[lane]))
    return;
  for (const { lane, through, last } of ends) {
    head.through[lane] = Math.max(head.through[lane], through);
    tail.tail[lane] = Math.max(tail.tail[lane], last);
    const [waiting] = await transaction.query<{ requests: number }>(WAITING, [
      eventId,
      lane,
      head.through[lane],
    ]);
    // Its places had gaps; whoever counts from them counts too many, and is told at most how many there are.
    head.gaps[lane] = tail.tail[lane] - head.through[lane] - (waiting?.requests ?? 0);
  }
  const [unended] = await transaction.query<{ requests: number }>(UNENDED, [eventId]);
  tail.accepted = unended?.requests ?? 0;
  head.ended = 0;
  await transaction.change(FORGET_GAPS, [eventId]);
  await saveTail(transaction, tail);
  await saveHead(transaction, head);
}
