import type { Millis } from '../../../core/clock.ts';
import type { Transaction } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

/**
 * What a buyer has on an event. It is counted from the claims; the row is there to be locked, or its version to be
 * compared, so that two claims of one buyer on different seats never both find room under the limit.
 */
export interface BuyerRow {
  version: number;
  live: number;
  /** When the latest holds lapsed, oldest first. */
  lapses: Millis[];
}

interface Asked {
  eventId: number;
  userId: string;
  now: Millis;
  lapsedSince: Millis;
  /** Ends the SELECT of the row. */
  clause: string;
}

const ADD_BUYER_ROW: WriteKind = {
  write: 'upsert',
  table: 'buyer_claim',
  columns: { event_id: 'int', user_id: 'text', version: 'int' },
  key: ['event_id', 'user_id'],
  update: {},
};

const VERSION = 'SELECT version FROM buyer_claim WHERE event_id = ? AND user_id = ?';
/**
 * His live claims, and his holds that lapsed; seats that were held together lapse together, and count once. His own index is
 * the only one that fits, since states are asked about within CASE: those on the live and lapsed claims of the event have
 * everybody's.
 */
const CLAIMS = `SELECT CASE WHEN state = 'EXPIRED' THEN 'lapsed' ELSE 'live' END AS kind, expires_at AS at, count(*) AS holds
  FROM hold WHERE event_id = ? AND user_id = ? AND CASE
    WHEN state IN ('HELD', 'PAYING') THEN expires_at > ?
    WHEN state = 'EXPIRED' THEN ended_at >= ? AND order_id IS NULL END
  GROUP BY kind, at ORDER BY at`;
const NEXT_VERSION = `UPDATE buyer_claim SET version = version + 1
  WHERE event_id = ? AND user_id = ? AND version = ?`;

interface ClaimsRecord {
  kind: 'live' | 'lapsed';
  at: Millis;
  holds: number;
}

export async function readBuyer(transaction: Transaction, asked: Asked): Promise<BuyerRow> {
  const { eventId, userId, now, lapsedSince, clause } = asked;
  // The row is locked, or its version read, before the claims are counted: what is counted is not older than it.
  let [row] = await transaction.query<{ version: number }>(`${VERSION} ${clause}`, [eventId, userId]);
  if (!row) {
    await transaction.write([{ kind: ADD_BUYER_ROW, rows: [[eventId, userId, 0]] }]);
    [row] = await transaction.query<{ version: number }>(`${VERSION} ${clause}`, [eventId, userId]);
  }
  const claims = await transaction.query<ClaimsRecord>(CLAIMS, [eventId, userId, now, lapsedSince]);
  const of = (wanted: ClaimsRecord['kind']) => claims.filter(({ kind }) => kind === wanted);
  return {
    version: row?.version ?? 0,
    live: of('live').reduce((sum, { holds }) => sum + holds, 0),
    lapses: of('lapsed').map(({ at }) => at),
  };
}

/** False when another claim of the buyer was first. */
export async function raiseBuyerVersion(
  transaction: Transaction,
  { eventId, userId, version }: { eventId: number; userId: string; version: number },
): Promise<boolean> {
  return (await transaction.change(NEXT_VERSION, [eventId, userId, version])) === 1;
}
