import type { EditionEvents } from '../../../catalog/ports/edition-events.ts';
import type { Database } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

const ADD_EVENT: WriteKind = {
  write: 'insert',
  table: 'edition_event',
  columns: { edition: 'text', event_id: 'int' },
};

export function sqlEditionEvents(database: Database): EditionEvents {
  return {
    async find(edition) {
      const [row] = await database.query<{ event_id: number }>(
        'SELECT event_id FROM edition_event WHERE edition = ?',
        [edition],
      );
      return row?.event_id;
    },
    remember: (edition, eventId) =>
      database.transaction((transaction) =>
        transaction.write([{ kind: ADD_EVENT, rows: [[edition, eventId]] }]),
      ),
  };
}
