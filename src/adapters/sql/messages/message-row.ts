import type { Message } from '../../../core/message.ts';
import type { Row } from '../database.ts';

/** In the order of `messageRow`. */
export const MESSAGE_COLUMNS = {
  message_id: 'text',
  topic: 'text',
  message_key: 'text',
  body_json: 'text',
  created_at: 'int',
  traceparent: 'text',
} as const;

/** A message as the outbox and the dead letters keep it. */
export interface MessageRecord {
  message_id: string;
  topic: string;
  message_key: string;
  body_json: string;
  created_at: number;
  traceparent: string | null;
}

export function messageRow({ messageId, topic, key, body, at, headers }: Message): Row {
  return [messageId, topic, key, JSON.stringify(body), at, headers?.traceparent ?? null];
}

export function messageOf(row: MessageRecord): Message {
  return {
    messageId: row.message_id,
    topic: row.topic,
    key: row.message_key,
    body: JSON.parse(row.body_json) as unknown,
    at: row.created_at,
    ...(row.traceparent !== null && { headers: { traceparent: row.traceparent } }),
  };
}
