import type { Millis } from '../../../core/clock.ts';
import type { Database, Write } from '../database.ts';
import { unindexedText } from '../dialect.ts';
import { gatheredReads } from '../gathered-reads.ts';
import type { WriteKind } from '../write-kind.ts';

const TAKE_MESSAGE: WriteKind = {
  write: 'insert',
  table: 'inbox',
  columns: { consumer: 'text', message_id: 'text', at: 'int' },
};

const FORGET_TAKEN: WriteKind = { write: 'delete', table: 'inbox', columns: { at: 'int' }, where: 'below' };

/** For an effect that is there already: the row that is there stays. */
const KEEP_TAKEN: WriteKind = {
  ...TAKE_MESSAGE,
  write: 'upsert',
  key: ['consumer', 'message_id'],
  update: {},
};

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

/** After the effect, which keeps itself from happening twice until then. Written twice is once. */
export function lateTakenWrite({ consumer, messageId, at }: Taken): Write {
  return { kind: KEEP_TAKEN, row: [consumer, messageId, at] };
}

/** Tells whether a consumer has dealt with a message. Of each consumer, those who ask at the same time share a statement. */
export function takenReads(database: Database): (consumer: string, messageId: string) => Promise<boolean> {
  const ofConsumers = new Map<string, (messageId: string | number) => Promise<unknown[]>>();
  const readsOf = (consumer: string) => {
    const reads = gatheredReads<{ message_id: string }>(database, {
      // With nothing but its key, a table of few rows would be read as a whole from the key's index: see `lookedUp`.
      select: `SELECT message_id, at FROM inbox WHERE ${unindexedText('consumer')} = ? AND message_id`,
      given: [consumer],
      keyOf: ({ message_id }) => message_id,
    });
    ofConsumers.set(consumer, reads);
    return reads;
  };
  return async (consumer, messageId) => {
    const read = ofConsumers.get(consumer) ?? readsOf(consumer);
    return (await read(messageId)).length > 0;
  };
}

/** What was dealt with before a time; no bus may deliver again what is older. */
export function forgetTaken(database: Database, before: Millis): Promise<void> {
  return database.commit([{ kind: FORGET_TAKEN, row: [before] }]);
}
