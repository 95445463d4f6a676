import { LANES, type Lane, type LaneViews } from '../../../request-queue/policy.ts';
import type { Row, Transaction } from '../database.ts';
import { isUnset } from '../dialect.ts';

type OfLanes = Record<Lane, number>;

/** Where the lanes of an event end. Places of a lane are given without gaps. */
export interface Tail {
  eventId: number;
  /** Requests ever. */
  accepted: number;
  /** The last place that was given in each lane. */
  tail: OfLanes;
}

/** How far the lanes of an event have been claimed, and by whom. */
export interface Head {
  eventId: number;
  /** Of those that were accepted. */
  ended: number;
  /** Nobody at or before this place waits. */
  through: OfLanes;
  /** Places behind it at which nobody waits any more. */
  gaps: OfLanes;
  /** How often each lane was passed over. */
  passed: OfLanes;
  /** Who claimed last, and has not ended it all. */
  holder: string | null;
  /** By then, if the holder says no more, another may take his place. */
  heldUntil: number;
}

/** Asked of an event: only the index of its lanes fits. */
export const UNFINISHED = "state IN ('PENDING', 'PROCESSING')";
/** The same, asked of a buyer: only his index fits. */
export const OPEN = isUnset('ended_at');
export const TAIL = 'SELECT * FROM request_tail WHERE event_id = ?';
export const HEAD = 'SELECT * FROM request_head WHERE event_id = ?';
const SAVE_TAIL =
  'UPDATE request_tail SET accepted = ?, tail_high = ?, tail_normal = ?, tail_low = ? WHERE event_id = ?';
const SAVE_HEAD = `UPDATE request_head SET ended = ?, through_high = ?, through_normal = ?, through_low = ?,
  gaps_high = ?, gaps_normal = ?, gaps_low = ?, passed_high = ?, passed_normal = ?, passed_low = ?,
  holder = ?, held_until = ? WHERE event_id = ?`;

export type TailRecord = { event_id: number; accepted: number } & Record<`tail_${Lane}`, number>;
export type HeadRecord = {
  event_id: number;
  ended: number;
  holder: string | null;
  held_until: number;
} & Record<`through_${Lane}` | `gaps_${Lane}` | `passed_${Lane}`, number>;

export function tailOf(row: TailRecord): Tail {
  return {
    eventId: row.event_id,
    accepted: row.accepted,
    tail: { high: row.tail_high, normal: row.tail_normal, low: row.tail_low },
  };
}

export function headOf(row: HeadRecord): Head {
  return {
    eventId: row.event_id,
    ended: row.ended,
    through: { high: row.through_high, normal: row.through_normal, low: row.through_low },
    gaps: { high: row.gaps_high, normal: row.gaps_normal, low: row.gaps_low },
    passed: { high: row.passed_high, normal: row.passed_normal, low: row.passed_low },
    holder: row.holder,
    heldUntil: row.held_until,
  };
}

export async function saveTail(transaction: Transaction, { eventId, accepted, tail }: Tail): Promise<void> {
  await transaction.change(SAVE_TAIL, [accepted, ...valuesOf(tail), eventId]);
}

export async function saveHead(transaction: Transaction, head: Head): Promise<void> {
  const { eventId, ended, through, gaps, passed, holder, heldUntil } = head;
  const lanes = [...valuesOf(through), ...valuesOf(gaps), ...valuesOf(passed)];
  await transaction.change(SAVE_HEAD, [ended, ...lanes, holder, heldUntil, eventId]);
}

/** The lanes as the policy sees them. */
export function viewsOf(
  { tail }: Pick<Tail, 'tail'>,
  head: Pick<Head, 'through' | 'gaps' | 'passed'>,
): LaneViews {
  const of = (lane: Lane) => ({
    waiting: Math.max(0, tail[lane] - head.through[lane] - head.gaps[lane]),
    passedOver: head.passed[lane],
  });
  return { high: of('high'), normal: of('normal'), low: of('low') };
}

function valuesOf(lanes: OfLanes): Row {
  return LANES.map((lane) => lanes[lane]);
}
