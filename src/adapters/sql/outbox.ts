import type { Message, Outbox } from '../../core/message.ts';
import type { Database, Write } from './database.ts';
import type { WriteKind } from './write-kind.ts';

const ADD_MESSAGE: WriteKind = {
  write: 'insert',
  table: 'outbox',
  columns: { message_id: 'text', topic: 'text', message_key: 'text', body_json: 'text', created_at: 'int' },
};

const FORGET_MESSAGE: WriteKind = { write: 'delete', table: 'outbox', columns: { position: 'int' } };

/** To be committed with the state that the message tells of. */
export function outboxWrite(message: Message): Write {
  const { messageId, topic, key, body, at } = message;
  return { kind: ADD_MESSAGE, row: [messageId, topic, key, JSON.stringify(body), at] };
}

interface OutboxRecord {
  position: number;
  message_id: string;
  topic: string;
  message_key: string;
  body_json: string;
  created_at: number;
}

export function sqlOutbox(database: Database): Outbox {
  return {
    async waiting(limit) {
      const rows = await database.query<OutboxRecord>('SELECT * FROM outbox ORDER BY position LIMIT ?', [
        limit,
      ]);
      return rows.map((row) => ({
        position: row.position,
        message: {
          messageId: row.message_id,
          topic: row.topic,
          key: row.message_key,
          body: JSON.parse(row.body_json) as unknown,
          at: row.created_at,
        },
      }));
    },
    published: (positions) =>
      database.commit(positions.map((position) => ({ kind: FORGET_MESSAGE, row: [position] }))),
  };
}
