import type { SchemaWords } from '../dialect.ts';

/**
 * Live claims of an event by when they end, so that who looks for those that are over reads no others; those in payment, by
 * words that fit nothing else; and the rows of seats by the seats, whatever is known of their event. What stood in the place of
 * the first two goes at once: no release has used it (ADR 20), and programs that still do find their rows by the first.
 */
export const liveClaims = ({ partialIndex, dropIndex }: SchemaWords): readonly string[] => [
  partialIndex({
    name: 'hold_live_end',
    table: 'hold',
    columns: ['event_id', 'expires_at'],
    where: { column: 'state', is: ['HELD', 'PAYING'] },
  }),
  partialIndex({
    name: 'hold_in_payment',
    table: 'hold',
    columns: ['order_id'],
    where: { column: 'state', exactly: 'PAYING' },
  }),
  'CREATE INDEX seat_claim_of_seat ON seat_claim (seat_id)',
  dropIndex({ name: 'hold_live', table: 'hold' }),
  dropIndex({ name: 'hold_paying', table: 'hold' }),
];
