import type { Claims, RequestLedger } from '../../../request-queue/ports/request-ledger.ts';
import { commandWrite } from '../command-log.ts';
import type { Database, Write } from '../database.ts';
import {
  FORGET_REQUEST,
  PUT_CLAIM,
  PUT_REQUEST,
  type RequestRecord,
  requestOf,
  requestRow,
  shownRequest,
} from './request-row.ts';

const UNFINISHED = `SELECT seat_request.*, claim.through FROM seat_request
  LEFT JOIN seat_request_claim claim ON claim.event_id = seat_request.event_id AND claim.lane = seat_request.lane
  WHERE seat_request.ended_at IS NULL AND seat_request.place > ? ORDER BY seat_request.place LIMIT ?`;
const DEAD = "SELECT * FROM seat_request WHERE state = 'DEAD' ORDER BY ended_at DESC LIMIT ?";
const ENDED_BEFORE =
  'SELECT request_id FROM seat_request WHERE ended_at IS NOT NULL AND ended_at < ? ORDER BY ended_at LIMIT ?';

/** The queue's rows, for the one process that keeps the queue in memory. */
export function sqlRequestLedger(database: Database): RequestLedger {
  return {
    raiseEpoch: () => database.raise('queue_epoch', 1),
    append(requests, { records = [], claims } = {}) {
      const writes: Write[] = requests.map((request) => ({ kind: PUT_REQUEST, row: requestRow(request) }));
      for (const record of records) writes.push(commandWrite(record));
      for (const [lane, through] of claims?.through ?? [])
        writes.push({ kind: PUT_CLAIM, row: [(claims as Claims).eventId, lane, through] });
      return database.commit(writes);
    },
    settled: () => database.settled(),
    lineage: () => database.lineage,
    async unfinished(afterPlace, limit) {
      const rows = await database.query<RequestRecord & { through: number | null }>(UNFINISHED, [
        afterPlace,
        limit,
      ]);
      return rows.map(shownRequest);
    },
    async find(requestId) {
      const [row] = await database.query<RequestRecord>('SELECT * FROM seat_request WHERE request_id = ?', [
        requestId,
      ]);
      return row && requestOf(row);
    },
    async dead(limit) {
      return (await database.query<RequestRecord>(DEAD, [limit])).map(requestOf);
    },
    async forgetEndedBefore(time, limit) {
      const rows = await database.query<{ request_id: string }>(ENDED_BEFORE, [time, limit]);
      if (rows.length > 0)
        await database.commit(rows.map((row) => ({ kind: FORGET_REQUEST, row: [row.request_id] })));
      return rows.length;
    },
  };
}
