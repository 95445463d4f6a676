import { type Entry, isLive } from '../../../waitlist/entry.ts';
import type { Standing, WaitlistStore } from '../../../waitlist/ports/waitlist-store.ts';
import type { Database, Row, WriteRun } from '../database.ts';
import { gatheredReads } from '../gathered-reads.ts';
import { WaitlistJoins } from './waitlist-joins.ts';
import { END_LIVE, type EntryRecord, entryOf, entryRow, PUT_ENTRY } from './waitlist-row.ts';
import { turnsInMemory, turnsInRows } from './waitlist-turns.ts';
import { WaitedFor } from './waitlist-waited-for.ts';

const WAITING = `SELECT * FROM waitlist_entry WHERE event_id = ? AND state = 'WAITING' AND place > ?
  ORDER BY place LIMIT ?`;
// A user's places are looked up by themselves: the index on them has nothing else, and the key seems as good to a server that
// would have the whole entry from it, though it begins with the event alone.
const LATEST = `SELECT entry.*, (SELECT count(*) FROM waitlist_entry waiting WHERE waiting.event_id = entry.event_id
    AND waiting.state = 'WAITING' AND waiting.place < entry.place) AS ahead
  FROM waitlist_entry entry WHERE entry.event_id = ? AND entry.place = (SELECT max(own.place) FROM waitlist_entry own
    WHERE own.event_id = ? AND own.user_id = ?)`;
const LATEST_OF = `SELECT entry.* FROM waitlist_entry own
  JOIN waitlist_entry entry ON entry.event_id = own.event_id AND entry.place = own.place
  WHERE own.event_id = ? AND own.place = (SELECT max(later.place) FROM waitlist_entry later
    WHERE later.event_id = own.event_id AND later.user_id = own.user_id) AND own.user_id`;
const ALL = 'SELECT * FROM waitlist_entry WHERE event_id = ? AND place > ? ORDER BY place LIMIT ?';
const LIVE = `SELECT * FROM waitlist_entry WHERE event_id = ? AND place > ? AND state IN ('WAITING', 'OFFERED')
  ORDER BY place LIMIT ?`;
const COUNTS = `SELECT
  (SELECT count(*) FROM waitlist_entry WHERE event_id = ? AND state = 'WAITING') AS waiting,
  (SELECT count(*) FROM waitlist_entry WHERE event_id = ? AND state = 'OFFERED') AS offered`;
const OVERDUE = `SELECT * FROM waitlist_entry WHERE answer_by IS NOT NULL AND answer_by <= ?
  ORDER BY answer_by LIMIT ?`;
const EVENTS = "SELECT DISTINCT event_id FROM waitlist_entry WHERE state = 'WAITING'";

/** The lines in SQL. `isAlone`: no other node writes to this ledger, so whether anybody waits need not be asked of it. */
export function sqlWaitlistStore(database: Database, { isAlone }: { isAlone: boolean }): WaitlistStore {
  const waitedFor = new WaitedFor(database, { isAlone });
  const turns = isAlone ? turnsInMemory() : turnsInRows(database);
  const joins = new WaitlistJoins(database, waitedFor);
  const entries = async (sql: string, params: Row) =>
    (await database.query<EntryRecord>(sql, params)).map(entryOf);

  return {
    join: (joining) => joins.join(joining),
    save: (changed) =>
      waitedFor.whileChanging(changed, () =>
        database.transaction((transaction) => transaction.write(runsOf(changed))),
      ),
    waiting: (eventId, after, limit) => entries(WAITING, [eventId, after, limit]),
    isAnyWaiting: (eventId) => waitedFor.isAnyWaiting(eventId),
    async latest(eventId, userId): Promise<Standing | undefined> {
      const [row] = await database.query<EntryRecord & { ahead: number }>(LATEST, [eventId, eventId, userId]);
      return row && { entry: entryOf(row), ahead: row.state === 'WAITING' ? row.ahead : 0 };
    },
    async latestOf(eventId, userIds) {
      const latest = gatheredReads<EntryRecord>(database, {
        select: LATEST_OF,
        given: [eventId],
        keyOf: ({ user_id }) => user_id,
      });
      return (await Promise.all(userIds.map(latest))).flat().map(entryOf);
    },
    list: (eventId, { after, limit, liveOnly }) => entries(liveOnly ? LIVE : ALL, [eventId, after, limit]),
    async counts(eventId) {
      const [row] = await database.query<{ waiting: number; offered: number }>(COUNTS, [eventId, eventId]);
      return { waiting: row?.waiting ?? 0, offered: row?.offered ?? 0 };
    },
    overdue: (now, limit) => entries(OVERDUE, [now, limit]),
    turn: (eventId, isUnderWay) => turns.turn(eventId, isUnderWay),
    wasTurnBrokenOff: (eventId) => turns.wasBrokenOff(eventId),
    async eventsWaitedFor() {
      return (await database.query<{ event_id: number }>(EVENTS)).map((row) => row.event_id);
    },
  };
}

/** Entries sorted by place, so that two transactions never wait for each other in a circle. */
function runsOf(changed: readonly Entry[]): WriteRun[] {
  const sorted = [...changed].sort((a, b) => a.eventId - b.eventId || a.place - b.place);
  const ended = sorted.filter((entry) => !isLive(entry));
  const runs: WriteRun[] = [{ kind: PUT_ENTRY, rows: sorted.map(entryRow) }];
  if (ended.length > 0)
    runs.push({ kind: END_LIVE, rows: ended.map(({ eventId, userId, place }) => [eventId, userId, place]) });
  return runs;
}
