import type { Message } from '../../core/message.ts';
import { isStorable, storable } from '../../core/storable-text.ts';
import type { RecordToSend } from './sender.ts';
import type { ReadRecord } from './share.ts';

export const MESSAGE_ID = 'message-id';
const AT = 'at';
const TRACEPARENT = 'traceparent';

/** The body alone is the value, for others who read the topic. */
export function recordOf({ messageId, topic, key, body, at, headers }: Message): RecordToSend {
  return {
    topic,
    key,
    value: JSON.stringify(body),
    headers: {
      [MESSAGE_ID]: messageId,
      [AT]: String(at),
      ...(headers?.traceparent !== undefined && { [TRACEPARENT]: headers.traceparent }),
    },
  };
}

/** Undefined when somebody else wrote it, or something broke it. */
export function messageOf(topic: string, { key, value, headers }: ReadRecord): Message | undefined {
  const messageId = headers[MESSAGE_ID];
  const at = Number(headers[AT]);
  const traceparent = headers[TRACEPARENT];
  if (messageId === undefined || !Number.isSafeInteger(at)) return undefined;
  if (!isStorable(messageId) || !isStorable(key)) return undefined;
  try {
    const body = JSON.parse(value) as unknown;
    return {
      messageId,
      topic,
      key,
      body,
      at,
      ...(traceparent !== undefined && { headers: { traceparent } }),
    };
  } catch {
    return undefined;
  }
}

const SHOWN_MAX = 10_000;

/** What cannot be read, as something to show the organiser. */
export function unreadable(topic: string, { partition, offset, key, value, at }: ReadRecord): Message {
  return {
    messageId: `${topic} ${partition} ${offset}`,
    topic,
    key: storable(key.slice(0, 255)),
    body: value.slice(0, SHOWN_MAX),
    at,
  };
}
