import type { HoldBlocks } from '../../../reservation/ports/shared-seat-ledger.ts';
import type { Database } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

const ADD_BLOCK: WriteKind = {
  write: 'insert',
  table: 'hold_block',
  columns: { first_hold_id: 'int', holds: 'int', event_id: 'int' },
};

const BLOCK_BELOW = `SELECT first_hold_id, holds, event_id FROM hold_block WHERE first_hold_id <= ?
  ORDER BY first_hold_id DESC LIMIT 1`;

export function sqlHoldBlocks(database: Database): HoldBlocks {
  return {
    async reserve(eventId, count) {
      const end = await database.raise('id:reservation', count);
      const first = end - count + 1;
      await database.commit([{ kind: ADD_BLOCK, row: [first, count, eventId] }]);
      return { eventId, first, count };
    },
    async blockWith(holdId) {
      const [block] = await database.query<{ first_hold_id: number; holds: number; event_id: number }>(
        BLOCK_BELOW,
        [holdId],
      );
      if (block && holdId < block.first_hold_id + block.holds) {
        return { eventId: block.event_id, first: block.first_hold_id, count: block.holds };
      }
      // Made by a seat store that counts ids for all events together.
      const [hold] = await database.query<{ event_id: number }>(
        'SELECT event_id FROM hold WHERE hold_id = ?',
        [holdId],
      );
      return hold && { eventId: hold.event_id, first: holdId, count: 1 };
    },
  };
}
