import type { Lane } from '../../../request-queue/policy.ts';
import { cancelled, type SeatRequest } from '../../../request-queue/request.ts';
import { PUT_REQUEST, type RequestRecord, requestRow, shownRequest } from '../requests/request-row.ts';
import { inPieces, marks } from '../seat-rows/seat-rows.ts';
import type { WriteKind } from '../write-kind.ts';
import type { EventDesk, Round } from './event-desk.ts';

const ADD_GAP: WriteKind = {
  write: 'insert',
  table: 'request_gap',
  columns: { event_id: 'int', lane: 'text', place: 'int' },
};

const ONE = 'SELECT * FROM seat_request WHERE request_id = ?';

/** Ends those of the requests that are still as their worker claimed them, and returns them. The head is free with the last. */
export async function settle(
  round: Round,
  desk: EventDesk,
  { me, termMillis, requests }: { me: string; termMillis: number; requests: readonly SeatRequest[] },
): Promise<SeatRequest[]> {
  const { transaction, head, now, over } = round;
  const isMine = head.holder === me;
  const isSure = ({ requestId, revision }: SeatRequest) =>
    isMine && !over.has(requestId) && desk.inFlight.get(requestId) === revision - 1;
  const unsure = requests.filter((request) => !isSure(request));
  const stillClaimed = unsure.length > 0 ? await revisionsOf(round, unsure) : new Map<string, number>();
  const ending = requests.filter(
    (request) => isSure(request) || stillClaimed.get(request.requestId) === request.revision - 1,
  );
  if (ending.length === 0) return [];
  await transaction.write([{ kind: PUT_REQUEST, rows: ending.map(requestRow) }]);
  for (const { requestId } of ending) over.add(requestId);
  head.ended += ending.length;
  const isLast = [...desk.inFlight.keys()].every((requestId) => over.has(requestId));
  if (isMine) {
    head.holder = isLast && !desk.hasBegun ? null : me;
    head.heldUntil = now + termMillis;
  }
  return ending;
}

/** Of those that are PROCESSING. */
async function revisionsOf(
  { transaction, head, forUpdate }: Round,
  requests: readonly SeatRequest[],
): Promise<Map<string, number>> {
  const revisions = new Map<string, number>();
  const ids = [...new Set(requests.map(({ requestId }) => requestId))].sort();
  for (const some of inPieces(ids)) {
    const sql = `SELECT * FROM seat_request WHERE request_id IN (${marks(some)}) ORDER BY request_id${forUpdate}`;
    for (const row of await transaction.query<RequestRecord>(sql, some)) {
      const { requestId, state, revision } = shownRequest({
        through: head.through[row.lane as Lane],
        ...row,
      });
      if (state === 'PROCESSING') revisions.set(requestId, revision);
    }
  }
  return revisions;
}

/** Cancels a request that nobody has claimed; any other is returned as it is. */
export async function cancel(
  { transaction, head, now, forUpdate, over }: Round,
  requestId: string,
): Promise<SeatRequest | undefined> {
  const [row] = await transaction.query<RequestRecord>(ONE + forUpdate, [requestId]);
  if (!row) return undefined;
  const lane = row.lane as Lane;
  const request = shownRequest({ through: head.through[lane], ...row });
  if (request.state !== 'PENDING' || over.has(requestId)) return request;
  const gone = cancelled(request, now);
  await transaction.write([
    { kind: PUT_REQUEST, rows: [requestRow(gone)] },
    { kind: ADD_GAP, rows: [[head.eventId, lane, request.place]] },
  ]);
  over.add(requestId);
  head.gaps[lane]++;
  head.ended++;
  return gone;
}
