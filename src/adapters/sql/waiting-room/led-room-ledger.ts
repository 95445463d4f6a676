import { Conflict } from '../../../core/conflict.ts';
import { Unavailable } from '../../../core/unavailable.ts';
import type { WaitingRoomLedger } from '../../../waiting-room/ports/waiting-room-ledger.ts';
import { groupCommitter } from '../commits/group-committer.ts';
import type { SqlConnection, WriteRun } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';
import { sqlWaitingRoomLedger } from './waiting-room-ledger.ts';

const TAKE: WriteKind = {
  write: 'upsert',
  table: 'waiting_room_lead',
  columns: { event_id: 'int', fence: 'int' },
  key: ['event_id'],
  update: { fence: 'replace' },
  guard: { fence: 'grows' },
  mustApply: true,
};

/** Locks the row first, so whoever takes the room waits for a transaction that is being committed. */
const STILL_OURS: WriteKind = { ...TAKE, guard: { fence: 'same' } };

/** The ledger of one room under one fence. */
export interface LedRoomLedger {
  ledger: WaitingRoomLedger;
  /** Another node has taken the room: nothing more is written here, and what was read may be out of date. */
  isLost(): boolean;
}

/**
 * Takes a room for the lead whose fence this is: from here on, no transaction of an earlier lead changes anything, and
 * what they committed is read. Undefined when somebody has taken it under this fence or a higher one. Commits go in
 * order, in groups of their own, so a failed one touches this room alone.
 */
export async function takeRoom(
  connection: SqlConnection,
  { eventId, fence }: { eventId: number; fence: number },
): Promise<LedRoomLedger | undefined> {
  try {
    await connection.transact([{ kind: TAKE, rows: [[eventId, fence]] }]);
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
  let isLost = false;
  const mark: WriteRun = { kind: STILL_OURS, rows: [[eventId, fence]] };
  const fenced = groupCommitter({
    ...connection,
    async transact(runs) {
      if (isLost) throw new Unavailable('another node leads this waiting room');
      try {
        await connection.transact([mark, ...runs]);
      } catch (error) {
        // No other write of a room is ever refused.
        isLost ||= error instanceof Conflict;
        throw error;
      }
    },
  });
  return { ledger: sqlWaitingRoomLedger(fenced), isLost: () => isLost };
}
