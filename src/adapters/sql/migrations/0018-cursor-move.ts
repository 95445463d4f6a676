/** From where a cursor of the seats was moved, so that to compare and to move it is one write. */
export const cursorMove = (): readonly string[] => ['ALTER TABLE counter ADD COLUMN moved_from BIGINT'];
