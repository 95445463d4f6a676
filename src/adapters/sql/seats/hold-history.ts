import type { HistoryEntry, HoldHistory } from '../../../reservation/ports/hold-history.ts';
import type { Database } from '../database.ts';
import type { Dialect } from '../dialect.ts';
import { gatheredReads } from '../gathered-reads.ts';
import { type HoldRecord, holdOf } from './hold-row.ts';

const HISTORY = `SELECT number, from_state, to_state, cause, hold_id, actor, at FROM seat_move
  WHERE seat_id = ? AND event_id = ? ORDER BY number LIMIT ?`;

/** A sale that was taken back has lost its row, and its hold is CONFIRMED all the same. */
function claimsIn({ lookedUp }: Dialect): string {
  return `SELECT h.event_id, SUM(CASE WHEN h.state = 'CONFIRMED' THEN 1 ELSE 0 END) AS sold, COUNT(*) AS seats
  FROM hold h LEFT JOIN sale s ON ${lookedUp('s.event_id', 'h.event_id')} AND s.seat_id = h.seat_id AND s.hold_id = h.hold_id
  WHERE h.user_id = ? AND h.event_id = ?
    AND (h.state = 'PAYING' OR (h.state = 'HELD' AND h.expires_at > ?)
      OR (h.state = 'CONFIRMED' AND s.hold_id IS NOT NULL))
  GROUP BY h.event_id`;
}

/** Within CASE, so that the index on everybody's live claims is never taken for one buyer's. */
const IS_LIVE = "CASE WHEN state IN ('HELD', 'PAYING') THEN 1 END = 1";

interface MoveRecord {
  number: number;
  from_state: string;
  to_state: string;
  cause: string;
  hold_id: number | null;
  actor: string | null;
  at: number;
}

type OrderBeingPaid = Awaited<ReturnType<HoldHistory['beingPaid']>>[number];

export function sqlHoldHistory(database: Database): HoldHistory {
  const idsOf = gatheredReads<{ hold_id: number }>(database, {
    select: 'SELECT hold_id FROM hold WHERE hold_id',
    keyOf: ({ hold_id }) => hold_id,
  });
  const claims = claimsIn(database.dialect);
  return {
    async hold(holdId) {
      const [row] = await database.query<HoldRecord>('SELECT * FROM hold WHERE hold_id = ?', [holdId]);
      return row && holdOf(row);
    },
    async known(_eventId, holdIds) {
      const found = await Promise.all(holdIds.map(idsOf));
      return new Set(found.flat().map(({ hold_id }) => hold_id));
    },
    async holdsOf(userId, { eventId, liveOnly, limit }) {
      const conditions = ['user_id = ?'];
      if (eventId !== undefined) conditions.push('event_id = ?');
      if (liveOnly) conditions.push(IS_LIVE);
      const rows = await database.query<HoldRecord>(
        `SELECT * FROM hold WHERE ${conditions.join(' AND ')} ORDER BY held_at DESC, hold_id DESC LIMIT ?`,
        [userId, ...(eventId === undefined ? [] : [eventId]), limit],
      );
      return rows.map(holdOf);
    },
    async claimsOf(userId, eventIds, now) {
      const ofEach = await Promise.all(
        eventIds.map((eventId) =>
          database.query<{ sold: number | string; seats: number | string }>(claims, [userId, eventId, now]),
        ),
      );
      return ofEach.map(([row], index) => {
        const sold = Number(row?.sold ?? 0);
        return { eventId: eventIds[index] as number, sold, live: Number(row?.seats ?? 0) - sold };
      });
    },
    async beingPaid() {
      const isPaying = database.dialect.exactly('state', 'PAYING');
      const rows = await database.query<HoldRecord>(`SELECT * FROM hold WHERE ${isPaying} ORDER BY order_id`);
      const orders = new Map<number, OrderBeingPaid>();
      for (const hold of rows.map(holdOf)) {
        const orderId = hold.orderId as number;
        const order = orders.get(orderId) ?? {
          orderId,
          eventId: hold.eventId,
          userId: hold.userId,
          seats: [],
        };
        order.seats.push({ seatId: hold.seatId, fence: hold.fence });
        orders.set(orderId, order);
      }
      return [...orders.values()];
    },
    async seatHistory(eventId, seatId, limit) {
      const rows = await database.query<MoveRecord>(HISTORY, [seatId, eventId, limit]);
      return rows.map(
        (row): HistoryEntry => ({
          at: row.at,
          from: row.from_state,
          to: row.to_state,
          cause: row.cause,
          number: row.number,
          holdId: row.hold_id,
          actor: row.actor,
        }),
      );
    },
  };
}
