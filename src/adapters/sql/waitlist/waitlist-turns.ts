import { LatestMap } from '../../../core/latest-map.ts';
import type { WaitlistTurns } from '../../../waitlist/ports/waitlist-turns.ts';
import type { Database } from '../database.ts';
import { PUT_TURN } from './waitlist-row.ts';

const IN_TURN = 'SELECT in_turn FROM waitlist WHERE event_id = ?';
/** Events remembered; of one that was forgotten it is not known how its last turn ended. */
const REMEMBERED_MAX = 10_000;

type Turns = Pick<WaitlistTurns, 'begin' | 'end' | 'wasBrokenOff'>;

/** Where a turn can only be broken off with this process, or before its eyes: what did not end here may not have ended. */
export function turnsInMemory(): Turns {
  const ended = new LatestMap<number, true>({ most: REMEMBERED_MAX });
  return {
    async begin(eventId) {
      ended.delete(eventId);
    },
    async end(eventId) {
      ended.set(eventId, true);
    },
    wasBrokenOff: async (eventId) => !ended.has(eventId),
  };
}

export function turnsInRows(database: Database): Turns {
  const put = (eventId: number, inTurn: 0 | 1) =>
    database.commit([{ kind: PUT_TURN, row: [eventId, 0, inTurn] }]);
  return {
    begin: (eventId) => put(eventId, 1),
    end: (eventId) => put(eventId, 0),
    async wasBrokenOff(eventId) {
      const [row] = await database.query<{ in_turn: number }>(IN_TURN, [eventId]);
      return row?.in_turn === 1;
    },
  };
}
