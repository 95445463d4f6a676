import type { SchemaWords } from '../dialect.ts';

/**
 * A buyer's requests that are not over, by an index that the lanes' never stands in for, nor it for theirs. The one that did
 * goes at once: no release has used it (ADR 20).
 */
export const openRequests = ({ partialIndex, dropIndex }: SchemaWords): readonly string[] => [
  partialIndex({
    name: 'seat_request_open',
    table: 'seat_request',
    columns: ['user_id'],
    where: { unset: 'ended_at' },
  }),
  dropIndex({ name: 'seat_request_buyer', table: 'seat_request' }),
];
