import type { Millis } from '../../../core/clock.ts';
import type { DeadLetter } from '../../../core/message.ts';
import type { DeadLetterStore } from '../../../dead-letter/ports/dead-letter-store.ts';
import type { Database } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';
import { MESSAGE_COLUMNS, type MessageRecord, messageOf, messageRow } from './message-row.ts';
import { outboxWrite } from './outbox.ts';

const COLUMNS = {
  ...MESSAGE_COLUMNS,
  consumer: 'text',
  reason: 'text',
  attempts: 'int',
  at: 'int',
} as const;

/** The first reason stays: a broker may deliver again what was given up. */
const PUT_LETTER: WriteKind = {
  write: 'upsert',
  table: 'dead_letter',
  columns: COLUMNS,
  key: ['consumer', 'message_id'],
  update: {},
};

const DROP_LETTER: WriteKind = {
  write: 'delete',
  table: 'dead_letter',
  columns: { consumer: 'text', message_id: 'text' },
};

const FORGET_LETTERS: WriteKind = {
  write: 'delete',
  table: 'dead_letter',
  columns: { at: 'int' },
  where: 'below',
};

interface LetterRecord extends MessageRecord {
  consumer: string;
  reason: string;
  attempts: number;
  at: number;
}

export function sqlDeadLetters(
  database: Database,
): DeadLetterStore & { forgetOld(before: Millis): Promise<void> } {
  return {
    put({ consumer, message, reason, attempts, at }) {
      const row = [...messageRow(message), consumer, reason, attempts, at];
      return database.commit([{ kind: PUT_LETTER, row }]);
    },
    async latest(limit) {
      const rows = await database.query<LetterRecord>(
        'SELECT * FROM dead_letter ORDER BY at DESC, consumer, message_id LIMIT ?',
        [limit],
      );
      return rows.map(letterOf);
    },
    async count() {
      const [row] = await database.query<{ letters: number }>('SELECT count(*) AS letters FROM dead_letter');
      return row?.letters ?? 0;
    },
    async find(consumer, messageId) {
      const [row] = await database.query<LetterRecord>(
        'SELECT * FROM dead_letter WHERE consumer = ? AND message_id = ?',
        [consumer, messageId],
      );
      return row && letterOf(row);
    },
    replay: ({ consumer, message }) =>
      database.commit([{ kind: DROP_LETTER, row: [consumer, message.messageId] }, outboxWrite(message)]),
    drop: ({ consumer, message }) =>
      database.commit([{ kind: DROP_LETTER, row: [consumer, message.messageId] }]),
    forgetOld: (before) => database.commit([{ kind: FORGET_LETTERS, row: [before] }]),
  };
}

function letterOf(row: LetterRecord): DeadLetter {
  const { consumer, reason, attempts, at } = row;
  return { consumer, message: messageOf(row), reason, attempts, at };
}
