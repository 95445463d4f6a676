import { type Entry, isLive } from '../../../waitlist/entry.ts';
import type { Standing } from '../../../waitlist/ports/waitlist-entries.ts';
import type { WaitlistStore } from '../../../waitlist/ports/waitlist-store.ts';
import type { Database, Row, WriteRun } from '../database.ts';
import { unindexed } from '../dialect.ts';
import { gatheredReads } from '../gathered-reads.ts';
import { waitingBefore } from './waitlist-ahead.ts';
import { WaitlistJoins } from './waitlist-joins.ts';
import { END_LIVE, type EntryRecord, entryOf, entryRow, PUT_ENTRY, WAITING_AT } from './waitlist-row.ts';
import { turnsInMemory, turnsInRows } from './waitlist-turns.ts';
import { WaitedFor } from './waitlist-waited-for.ts';

/** Live ones of one state, from behind a place. */
const PAGE = `SELECT * FROM waitlist_entry WHERE live_event_id = ? AND state = ? AND live_place > ?
  ORDER BY live_place LIMIT ?`;
const LATEST = `SELECT * FROM waitlist_entry WHERE user_id = ? AND ${unindexed('event_id')} = ?
  ORDER BY place DESC LIMIT 1`;
const OF_USERS = `SELECT * FROM waitlist_entry WHERE ${unindexed('event_id')} = ? AND user_id`;
const ALL = 'SELECT * FROM waitlist_entry WHERE event_id = ? AND place > ? ORDER BY place LIMIT ?';
const LIVE = `SELECT * FROM (SELECT * FROM (${PAGE}) waiting UNION ALL SELECT * FROM (${PAGE}) offered) live
  ORDER BY place LIMIT ?`;
const COUNTS = `SELECT
  (SELECT count(*) FROM waitlist_entry WHERE live_event_id = ? AND state = 'WAITING') AS waiting,
  (SELECT count(*) FROM waitlist_entry WHERE live_event_id = ? AND state = 'OFFERED') AS offered`;
const OVERDUE = `SELECT * FROM waitlist_entry WHERE answer_by IS NOT NULL AND answer_by <= ?
  ORDER BY answer_by LIMIT ?`;
/** One look into each line, however long it is. */
const EVENTS = `SELECT event_id FROM waitlist line
  WHERE (SELECT live_place FROM waitlist_entry waiting WHERE ${WAITING_AT('line.event_id')} LIMIT 1) IS NOT NULL`;

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
    waiting: (eventId, after, limit) => entries(PAGE, [eventId, 'WAITING', after, limit]),
    isAnyWaiting: (eventId) => waitedFor.isAnyWaiting(eventId),
    async latest(eventId, userId): Promise<Standing | undefined> {
      const [row] = await database.query<EntryRecord>(LATEST, [userId, eventId]);
      return row && { entry: entryOf(row), ahead: await waitingBefore(database, row) };
    },
    async latestOf(eventId, userIds) {
      const own = gatheredReads<EntryRecord>(database, {
        select: OF_USERS,
        given: [eventId],
        orderBy: 'place',
        keyOf: ({ user_id }) => user_id,
      });
      return (await Promise.all(userIds.map(own))).flatMap((all) => all.slice(-1)).map(entryOf);
    },
    list(eventId, { after, limit, liveOnly }) {
      if (!liveOnly) return entries(ALL, [eventId, after, limit]);
      const pages = ['WAITING', 'OFFERED'].flatMap((state) => [eventId, state, after, limit]);
      return entries(LIVE, [...pages, limit]);
    },
    async counts(eventId) {
      const [row] = await database.query<{ waiting: number; offered: number }>(COUNTS, [eventId, eventId]);
      return { waiting: row?.waiting ?? 0, offered: row?.offered ?? 0 };
    },
    overdue: (now, limit) => entries(OVERDUE, [now, limit]),
    ...turns,
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
