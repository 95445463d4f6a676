import type { Hold, HoldState } from '../../../reservation/hold.ts';
import type { Row } from '../database.ts';
import type { Dialect } from '../dialect.ts';
import type { WriteKind } from '../write-kind.ts';

/**
 * The whole row each time, so that the last of several writes in one commit is the one that counts. A row of an older
 * claim never replaces a newer one, and an ended hold never comes back to life.
 */
export const PUT_HOLD: WriteKind = {
  write: 'upsert',
  table: 'hold',
  columns: {
    hold_id: 'int',
    event_id: 'int',
    seat_id: 'int',
    user_id: 'text',
    session_id: 'text',
    group_id: 'int',
    admission_id: 'text',
    fence: 'int',
    state: 'text',
    held_at: 'int',
    expires_at: 'int',
    latest_end: 'int',
    order_id: 'int',
    ended_at: 'int',
  },
  key: ['hold_id'],
  update: { state: 'replace', expires_at: 'replace', order_id: 'replace', ended_at: 'replace' },
  guard: { fence: 'same', ended_at: 'null' },
};

/** Of an event. */
export const LIVE_HOLDS = "SELECT * FROM hold WHERE event_id = ? AND state IN ('HELD', 'PAYING')";

/** Of an event: the claims that its sales came from. */
export function soldHolds({ lookedUp }: Dialect): string {
  return `SELECT hold.* FROM sale JOIN hold ON ${lookedUp('hold.hold_id', 'sale.hold_id')} WHERE sale.event_id = ?`;
}

export function holdRow(hold: Hold): Row {
  return [
    hold.holdId,
    hold.eventId,
    hold.seatId,
    hold.userId,
    hold.sessionId,
    hold.groupId,
    hold.admissionId,
    hold.fence,
    hold.state,
    hold.heldAt,
    hold.expiresAt,
    hold.latestEnd,
    hold.orderId,
    hold.endedAt,
  ];
}

export interface HoldRecord {
  hold_id: number;
  event_id: number;
  seat_id: number;
  user_id: string;
  session_id: string | null;
  group_id: number;
  admission_id: string | null;
  fence: number;
  state: string;
  held_at: number;
  expires_at: number;
  latest_end: number;
  order_id: number | null;
  ended_at: number | null;
}

export function holdOf(row: HoldRecord): Hold {
  return {
    holdId: row.hold_id,
    eventId: row.event_id,
    seatId: row.seat_id,
    userId: row.user_id,
    sessionId: row.session_id,
    groupId: row.group_id,
    admissionId: row.admission_id,
    fence: row.fence,
    state: row.state as HoldState,
    heldAt: row.held_at,
    expiresAt: row.expires_at,
    latestEnd: row.latest_end,
    orderId: row.order_id,
    endedAt: row.ended_at,
  };
}
