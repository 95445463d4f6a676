import { revived, type SeatRequest } from '../../../request-queue/request.ts';
import type { Database } from '../database.ts';
import { PUT_REQUEST, type RequestRecord, requestOf, requestRow } from '../requests/request-row.ts';
import { saveTail, TAIL, type Tail, type TailRecord, tailOf } from './lanes-of-event.ts';

const ROW = 'SELECT * FROM seat_request WHERE request_id = ?';

/** Puts a dead request at the end of its lane; undefined when it is not dead. */
export function revive(
  database: Database,
  { eventId, requestId }: Pick<SeatRequest, 'eventId' | 'requestId'>,
): Promise<{ request: SeatRequest; tail: Tail } | undefined> {
  const { forUpdate } = database.dialect;
  return database.transaction(async (transaction) => {
    const [tailRow] = await transaction.query<TailRecord>(TAIL + forUpdate, [eventId]);
    const [row] = await transaction.query<RequestRecord>(ROW + forUpdate, [requestId]);
    if (row?.state !== 'DEAD') return undefined;
    const tail = tailOf(tailRow as TailRecord);
    const dead = requestOf(row);
    const request = revived(dead, ++tail.tail[dead.lane]);
    tail.accepted++;
    await saveTail(transaction, tail);
    await transaction.write([{ kind: PUT_REQUEST, rows: [requestRow(request)] }]);
    return { request, tail };
  });
}
