import type { Message, Outbox } from '../../../core/message.ts';
import type { Database, Write } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';
import { MESSAGE_COLUMNS, type MessageRecord, messageOf, messageRow } from './message-row.ts';

const ADD_MESSAGE: WriteKind = {
  write: 'insert',
  table: 'outbox',
  columns: MESSAGE_COLUMNS,
};

const FORGET_MESSAGE: WriteKind = { write: 'delete', table: 'outbox', columns: { position: 'int' } };

/** To be committed with the state that the message tells of. */
export function outboxWrite(message: Message): Write {
  return { kind: ADD_MESSAGE, row: messageRow(message) };
}

interface OutboxRecord extends MessageRecord {
  position: number;
}

export function sqlOutbox(database: Database): Outbox {
  return {
    async waiting(limit) {
      const rows = await database.query<OutboxRecord>('SELECT * FROM outbox ORDER BY position LIMIT ?', [
        limit,
      ]);
      return rows.map((row) => ({ position: row.position, message: messageOf(row) }));
    },
    async length() {
      // Both ends are found at once in the index, however many there are between them.
      const [row] = await database.query<{ first: number | null; last: number | null }>(
        'SELECT (SELECT min(position) FROM outbox) AS first, (SELECT max(position) FROM outbox) AS last',
      );
      return row?.first == null || row.last == null ? 0 : row.last - row.first + 1;
    },
    published: (positions) =>
      database.commit(positions.map((position) => ({ kind: FORGET_MESSAGE, row: [position] }))),
  };
}
