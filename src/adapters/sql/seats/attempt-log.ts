import { type Abuse, type AbuseRecord, HOLDS_ALLOWED } from '../../../reservation/abuse.ts';
import type { AbuseFilter, AttemptLog } from '../../../reservation/ports/attempt-log.ts';
import type { Database, Row, SqlValue, Write } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

const ADD_ATTEMPT: WriteKind = {
  write: 'insert',
  table: 'hold_attempt',
  columns: { attempt_id: 'text', at: 'int', user_id: 'text', request_mark: 'text', device_mark: 'text' },
};

const ADD_RECORD: WriteKind = {
  write: 'insert',
  table: 'abuse_record',
  columns: {
    attempt_id: 'text',
    at: 'int',
    reason: 'text',
    user_id: 'text',
    series_id: 'int',
    event_id: 'int',
    seat_id: 'int',
    request_mark: 'text',
    device_mark: 'text',
  },
};

const FORGET_ATTEMPTS: WriteKind = {
  write: 'delete',
  table: 'hold_attempt',
  columns: { at: 'int' },
  where: 'below',
};
const FORGET_RECORDS: WriteKind = {
  write: 'delete',
  table: 'abuse_record',
  columns: { at: 'int' },
  where: 'below',
};

const OF_USER = 'SELECT at FROM hold_attempt WHERE user_id = ? ORDER BY at DESC LIMIT ?';
const SAME_REQUEST = 'SELECT at FROM hold_attempt WHERE request_mark = ? ORDER BY at DESC LIMIT 1';
const OTHER_ON_DEVICE = `SELECT at FROM hold_attempt WHERE device_mark = ? AND user_id <> ?
  ORDER BY at DESC LIMIT 1`;
const OLDEST_KEPT = 'SELECT at FROM abuse_record ORDER BY at DESC, attempt_id DESC LIMIT 1 OFFSET ?';

interface RecordRow {
  attempt_id: string;
  at: number;
  reason: string;
  user_id: string;
  series_id: number | null;
  event_id: number;
  seat_id: number;
  request_mark: string | null;
  device_mark: string | null;
}

export function sqlAttemptLog(database: Database): AttemptLog {
  const times = async (sql: string, params: Row) =>
    (await database.query<{ at: number }>(sql, params)).map(({ at }) => at);
  return {
    async earlier({ userId, requestMark, deviceMark }) {
      const [ofUser, sameRequest, otherOnDevice] = await Promise.all([
        times(OF_USER, [userId, HOLDS_ALLOWED]),
        requestMark === null ? [] : times(SAME_REQUEST, [requestMark]),
        deviceMark === null ? [] : times(OTHER_ON_DEVICE, [deviceMark, userId]),
      ]);
      return { ofUser, sameRequest: sameRequest[0], otherOnDevice: otherOnDevice[0] };
    },
    add({ attemptId, at, userId, seriesId, eventId, seatId, requestMark, deviceMark }, reason) {
      const writes: Write[] = [{ kind: ADD_ATTEMPT, row: [attemptId, at, userId, requestMark, deviceMark] }];
      if (reason) {
        const about = [seriesId, eventId, seatId, requestMark, deviceMark];
        writes.push({ kind: ADD_RECORD, row: [attemptId, at, reason, userId, ...about] });
      }
      return database.commit(writes);
    },
    async records(filter) {
      const { conditions, params } = conditionsOf(filter);
      const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
      const sql = `SELECT * FROM abuse_record ${where} ORDER BY at DESC, attempt_id DESC LIMIT ?`;
      const rows = await database.query<RecordRow>(sql, [...params, filter.limit]);
      return rows.map(recordOf);
    },
    async forget({ attemptsBefore, recordsBefore, recordsMax }) {
      const [firstTooMany] = await times(OLDEST_KEPT, [recordsMax]);
      const before = Math.max(recordsBefore, firstTooMany === undefined ? 0 : firstTooMany + 1);
      await database.commit([
        { kind: FORGET_ATTEMPTS, row: [attemptsBefore] },
        { kind: FORGET_RECORDS, row: [before] },
      ]);
    },
  };
}

function conditionsOf({ reason, userId, seriesId, from, until }: AbuseFilter) {
  const wanted: [condition: string, value: SqlValue | undefined][] = [
    ['reason = ?', reason],
    ['user_id = ?', userId],
    ['series_id = ?', seriesId],
    ['at >= ?', from],
    ['at <= ?', until],
  ];
  const named = wanted.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]));
  return { conditions: named.map(({ condition }) => condition), params: named.map(({ value }) => value) };
}

function recordOf(row: RecordRow): AbuseRecord {
  return {
    attemptId: row.attempt_id,
    at: row.at,
    reason: row.reason as Abuse,
    userId: row.user_id,
    seriesId: row.series_id,
    eventId: row.event_id,
    seatId: row.seat_id,
    requestMark: row.request_mark,
    deviceMark: row.device_mark,
  };
}
