/**
 * Whether a message was dealt with, by an index that begins with what tells messages apart: by the key, which begins with the
 * few consumers, PostgreSQL that has not counted them yet reads all that one ever dealt with.
 */
export const inboxByMessage = (): readonly string[] => [
  'CREATE INDEX inbox_by_message ON inbox (message_id)',
];
