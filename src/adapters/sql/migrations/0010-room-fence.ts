import type { SchemaWords } from '../dialect.ts';

/** Which node leads a waiting room, where several share it: the number grows with each lead. */
export const roomFence = ({ tableEnd }: SchemaWords): readonly string[] => [
  `CREATE TABLE waiting_room_lead (
    event_id BIGINT NOT NULL PRIMARY KEY,
    fence BIGINT NOT NULL
  )${tableEnd}`,
];
