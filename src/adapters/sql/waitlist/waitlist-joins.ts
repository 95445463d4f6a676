import type { Entry } from '../../../waitlist/entry.ts';
import type { Joined, Joining } from '../../../waitlist/ports/waitlist-entries.ts';
import { commandWrite } from '../command-log.ts';
import type { Database, Transaction, WriteRun } from '../database.ts';
import { unindexed } from '../dialect.ts';
import { marks } from '../seat-rows/seat-rows.ts';
import { waitingBefore, waitingBeforePlace } from './waitlist-ahead.ts';
import { ADD_LIVE, type EntryRecord, entryOf, entryRow, GIVE_PLACES, PUT_ENTRY } from './waitlist-row.ts';
import type { WaitedFor } from './waitlist-waited-for.ts';

/** Parties in one transaction; the others wait for the next. */
const AT_ONCE = 500;

const LAST_PLACE = 'SELECT last_place FROM waitlist WHERE event_id = ?';
const LIVE = 'SELECT count(*) AS live FROM waitlist_live WHERE event_id = ?';
const entriesOf = (users: readonly string[]) =>
  `SELECT * FROM waitlist_entry WHERE ${unindexed('live_event_id')} = ? AND user_id IN (${marks(users)})`;

interface Waiting {
  joining: Joining;
  done: (joined: Joined | 'full') => void;
  fail: (error: unknown) => void;
}

/**
 * Groups joins: those of an event that come while one transaction is on its way are the next one. The transaction first
 * changes the line's row, which keeps other nodes out until it ends: so places follow the order of commits.
 */
export class WaitlistJoins {
  readonly #database: Database;
  readonly #waitedFor: WaitedFor;
  readonly #waiting = new Map<number, Waiting[]>();

  constructor(database: Database, waitedFor: WaitedFor) {
    this.#database = database;
    this.#waitedFor = waitedFor;
  }

  join(joining: Joining): Promise<Joined | 'full'> {
    return new Promise((done, fail) => {
      const others = this.#waiting.get(joining.eventId);
      if (others) {
        others.push({ joining, done, fail });
        return;
      }
      this.#waiting.set(joining.eventId, [{ joining, done, fail }]);
      void this.#drain(joining.eventId);
    });
  }

  async #drain(eventId: number): Promise<void> {
    // Leaves the caller's turn first, so that everybody who joins in this turn is in the first batch.
    await undefined;
    for (;;) {
      const waiting = this.#waiting.get(eventId) ?? [];
      const batch = waiting.splice(0, AT_ONCE);
      if (batch.length === 0) break;
      await this.#write(eventId, batch);
    }
    this.#waiting.delete(eventId);
  }

  async #write(eventId: number, batch: readonly Waiting[]): Promise<void> {
    const joinings = batch.map(({ joining }) => joining);
    try {
      const joined = await this.#waitedFor.whileChanging([{ eventId }], () =>
        this.#database.transaction((transaction) => joinAll(transaction, eventId, joinings)),
      );
      if (joined.some((each) => each !== 'full' && each.isNew)) this.#waitedFor.joined(eventId);
      for (const [index, each] of batch.entries()) each.done(joined[index] as Joined | 'full');
    } catch (error) {
      for (const each of batch) each.fail(error);
    }
  }
}

async function joinAll(
  transaction: Transaction,
  eventId: number,
  joinings: readonly Joining[],
): Promise<(Joined | 'full')[]> {
  await transaction.write([{ kind: GIVE_PLACES, rows: [[eventId, joinings.length]] }]);
  const lastPlace = await number(transaction, LAST_PLACE, [eventId], 'last_place');
  const known = await knownEntries(transaction, eventId, joinings);
  let live = await number(transaction, LIVE, [eventId], 'live');
  let ahead = await waitingBeforePlace(transaction, eventId, lastPlace + 1);
  let place = lastPlace - joinings.length;
  const joined: (Joined | 'full')[] = [];
  for (const joining of joinings) {
    place++;
    const there = known.get(joining.userId);
    if (there) joined.push({ ...there, isNew: false });
    else if (live >= joining.most) joined.push('full');
    else {
      const entry = newEntry(joining, place);
      joined.push({ entry, ahead, isNew: true });
      known.set(joining.userId, { entry, ahead });
      live++;
      ahead++;
    }
  }
  await transaction.write(runsOf(joinings, joined));
  return joined;
}

async function knownEntries(transaction: Transaction, eventId: number, joinings: readonly Joining[]) {
  const users = [...new Set(joinings.map(({ userId }) => userId))];
  const known = new Map<string, { entry: Entry; ahead: number }>();
  for (const row of await transaction.query<EntryRecord>(entriesOf(users), [eventId, ...users])) {
    known.set(row.user_id, { entry: entryOf(row), ahead: await waitingBefore(transaction, row) });
  }
  return known;
}

function newEntry({ eventId, userId, sessionId, admissionId, wish, at }: Joining, place: number): Entry {
  return {
    eventId,
    place,
    userId,
    sessionId,
    admissionId,
    wish,
    state: 'WAITING',
    revision: 1,
    attempt: 1,
    joinedAt: at,
    offer: null,
    reason: null,
    endedAt: null,
  };
}

function runsOf(joinings: readonly Joining[], joined: readonly (Joined | 'full')[]): WriteRun[] {
  const entries = joined.flatMap((each) => (each !== 'full' && each.isNew ? [each.entry] : []));
  const records = joined.flatMap((reply, index) => {
    const { key, at } = joinings[index] as Joining;
    return key && reply !== 'full' ? [commandWrite({ key, reply, at })] : [];
  });
  const runs: WriteRun[] = [];
  if (entries.length > 0) {
    runs.push({ kind: PUT_ENTRY, rows: entries.map(entryRow) });
    const live = entries.map(({ eventId, userId, place }) => [eventId, userId, place]);
    runs.push({ kind: ADD_LIVE, rows: live });
  }
  const [first] = records;
  if (first) runs.push({ kind: first.kind, rows: records.map(({ row }) => row) });
  return runs;
}

async function number(
  transaction: Transaction,
  sql: string,
  params: readonly (number | string)[],
  column: string,
): Promise<number> {
  const [row] = await transaction.query<Record<string, number>>(sql, params);
  return row?.[column] ?? 0;
}
