import { LANES, type Lane } from '../../../waiting-room/lane.ts';
import { isEnd, type Place, type PlaceState } from '../../../waiting-room/place.ts';
import type { WaitingRoomLedger } from '../../../waiting-room/ports/waiting-room-ledger.ts';
import type { RoomHead } from '../../../waiting-room/room.ts';
import type { Database, Row, Write } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

const PUT_HEAD: WriteKind = {
  write: 'upsert',
  table: 'waiting_room',
  columns: { event_id: 'int', revision: 'int', head_json: 'text' },
  key: ['event_id'],
  update: { revision: 'replace', head_json: 'replace' },
  guard: { revision: 'grows' },
};

const PUT_PLACE: WriteKind = {
  write: 'upsert',
  table: 'waiting_place',
  columns: {
    event_id: 'int',
    lane: 'text',
    number: 'int',
    user_id: 'text',
    state: 'text',
    joined_at: 'int',
    admission: 'int',
    until_at: 'int',
    calls: 'int',
    ended: 'int',
  },
  key: ['event_id', 'lane', 'number'],
  update: { state: 'replace', admission: 'replace', until_at: 'replace', calls: 'replace', ended: 'replace' },
  // A place that has ended does not come back to life through a late write of its earlier state.
  guard: { ended: 'null' },
};

const PLACES = `SELECT * FROM waiting_place WHERE event_id = ? AND lane = ? AND number > ?
  ORDER BY number LIMIT ?`;
/** Few enough to be taken in without holding anybody up. */
const PAGE = 5_000;

interface PlaceRecord {
  lane: string;
  number: number;
  user_id: string;
  state: string;
  joined_at: number;
  admission: number | null;
  until_at: number | null;
  calls: number;
}

export function sqlWaitingRoomLedger(database: Database): WaitingRoomLedger {
  return {
    async head(eventId) {
      const [row] = await database.query<{ head_json: string }>(
        'SELECT head_json FROM waiting_room WHERE event_id = ?',
        [eventId],
      );
      return row && (JSON.parse(row.head_json) as RoomHead);
    },
    async *places(eventId) {
      for (const lane of LANES) {
        for (let after = -1; ; ) {
          const rows = await database.query<PlaceRecord>(PLACES, [eventId, lane, after, PAGE]);
          const last = rows.at(-1);
          if (!last) break;
          yield rows.map(placeOf);
          after = last.number;
        }
      }
    },
    append(eventId, { places, head }) {
      const writes: Write[] = places.map((place) => ({ kind: PUT_PLACE, row: placeRow(eventId, place) }));
      if (head) writes.push({ kind: PUT_HEAD, row: [eventId, head.revision, JSON.stringify(head)] });
      return database.commit(writes);
    },
    settled: () => database.settled(),
    lineage: () => database.lineage,
  };
}

function placeRow(eventId: number, place: Place): Row {
  const { lane, number, userId, state, joinedAt, admission, until, calls } = place;
  return [eventId, lane, number, userId, state, joinedAt, admission, until, calls, isEnd(state) ? 1 : null];
}

function placeOf(row: PlaceRecord): Place {
  return {
    lane: row.lane as Lane,
    number: row.number,
    userId: row.user_id,
    state: row.state as PlaceState,
    joinedAt: row.joined_at,
    admission: row.admission,
    until: row.until_at,
    calls: row.calls,
  };
}
