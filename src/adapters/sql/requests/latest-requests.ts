import type { LatestRequests } from '../../../request-queue/ports/latest-requests.ts';
import type { Database } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

const NOTE: WriteKind = {
  write: 'upsert',
  table: 'latest_request',
  columns: { user_id: 'text', seat_id: 'int', request_id: 'text', at: 'int' },
  key: ['user_id', 'seat_id'],
  update: { request_id: 'replace', at: 'replace' },
};

const FORGET: WriteKind = {
  write: 'delete',
  table: 'latest_request',
  columns: { at: 'int' },
  where: 'below',
};

export function sqlLatestRequests(database: Database): LatestRequests {
  return {
    note: ({ userId, seatId, requestId, at }) =>
      database.commit([{ kind: NOTE, row: [userId, seatId, requestId, at] }]),
    async of(userId, seatId) {
      const [row] = await database.query<{ request_id: string | null }>(
        'SELECT request_id FROM latest_request WHERE user_id = ? AND seat_id = ?',
        [userId, seatId],
      );
      return row && { requestId: row.request_id };
    },
    forgetBefore: (time) => database.commit([{ kind: FORGET, row: [time] }]),
  };
}
