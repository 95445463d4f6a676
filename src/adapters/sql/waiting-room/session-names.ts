import type { NamedSession, SessionNames } from '../../../waiting-room/ports/session-names.ts';
import type { Database } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

const ADD_NAME: WriteKind = {
  write: 'insert',
  table: 'session_name',
  columns: {
    name: 'text',
    event_id: 'int',
    user_id: 'text',
    admission: 'int',
    session: 'text',
    named_at: 'int',
  },
};

interface NameRecord {
  name: string;
  event_id: number;
  user_id: string;
  admission: number;
  session: string;
  named_at: number;
}

export function sqlSessionNames(database: Database): SessionNames {
  const first = async (condition: string, params: readonly (string | number)[]) => {
    const sql = `SELECT * FROM session_name WHERE ${condition}`;
    const [row] = await database.query<NameRecord>(sql, params);
    return row && sessionOf(row);
  };
  return {
    add: ({ name, eventId, userId, admission, session, namedAt }) =>
      database.commit([{ kind: ADD_NAME, row: [name, eventId, userId, admission, session, namedAt] }]),
    find: (name) => first('name = ?', [name]),
    latestOf: (eventId, userId) =>
      first('event_id = ? AND user_id = ? ORDER BY admission DESC LIMIT 1', [eventId, userId]),
    async forgetBefore(time) {
      await database.transaction((transaction) =>
        transaction.change('DELETE FROM session_name WHERE named_at < ?', [time]),
      );
    },
  };
}

function sessionOf(row: NameRecord): NamedSession {
  return {
    name: row.name,
    eventId: row.event_id,
    userId: row.user_id,
    admission: row.admission,
    session: row.session,
    namedAt: row.named_at,
  };
}
