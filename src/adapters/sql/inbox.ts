import type { Millis } from '../../core/clock.ts';
import type { Database, Write } from './database.ts';
import type { WriteKind } from './write-kind.ts';

const TAKE_MESSAGE: WriteKind = {
  write: 'insert',
  table: 'inbox',
  columns: { consumer: 'text', message_id: 'text', at: 'int' },
};

const FORGET_TAKEN: WriteKind = { write: 'delete', table: 'inbox', columns: { at: 'int' }, where: 'below' };

/** A message that a consumer dealt with. */
export interface Taken {
  readonly consumer: string;
  readonly messageId: string;
  readonly at: Millis;
}

/** To be committed with the effect: a second effect of the message is refused with Conflict. */
export function takenWrite({ consumer, messageId, at }: Taken): Write {
  return { kind: TAKE_MESSAGE, row: [consumer, messageId, at] };
}

export async function hasTaken(database: Database, consumer: string, messageId: string): Promise<boolean> {
  const rows = await database.query('SELECT at FROM inbox WHERE consumer = ? AND message_id = ?', [
    consumer,
    messageId,
  ]);
  return rows.length > 0;
}

/** What was dealt with before a time; no bus may deliver again what is older. */
export function forgetTaken(database: Database, before: Millis): Promise<void> {
  return database.commit([{ kind: FORGET_TAKEN, row: [before] }]);
}
