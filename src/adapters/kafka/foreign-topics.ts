import type { Clock } from '../../core/clock.ts';
import type { DeadLetters, EventBus, Message } from '../../core/message.ts';
import { isStorable, storable } from '../../core/storable-text.ts';
import { taking } from '../../core/taking.ts';
import type { KafkaConnection } from './connection.ts';
import { untilDone } from './event-bus.ts';
import { MESSAGE_ID } from './records.ts';
import type { ReadRecord } from './share.ts';

const LONGEST_ID = 200;
/** As requests over HTTP name it. */
const SALE_SESSION = 'x-sale-session';

export interface ForeignTopicsNeeds {
  connection: KafkaConnection;
  clock: Clock;
  deadLetters: DeadLetters;
}

/**
 * Topics that other programs write: like those of the bus, but a record needs nothing of ours. Its id is the header
 * `message-id` where its sender gave one, and so may send it again; else where and when it came to stand in the topic. A session
 * of a waiting room comes in the header `x-sale-session`. The offset is committed after the effect.
 */
export function foreignTopics({
  connection,
  clock,
  deadLetters,
}: ForeignTopicsNeeds): Pick<EventBus, 'subscribe'> {
  return {
    subscribe(topic, consumer, handle, { atOnce = 1 } = {}) {
      const take = taking(consumer, handle, { clock, deadLetters });
      connection.read({
        topic,
        group: `${consumer}.${topic}`,
        atOnce,
        take: (record, given) => untilDone(given, () => take(foreignMessage(topic, record))),
      });
    },
  };
}

/** A value that is no JSON is its text. */
function foreignMessage(topic: string, record: ReadRecord): Message {
  const { partition, offset, key, value, headers, at } = record;
  const own = headers[MESSAGE_ID];
  const isUsable = own !== undefined && own.length > 0 && own.length <= LONGEST_ID && isStorable(own);
  // A topic that was made anew has the same places again, at other times.
  const messageId = isUsable ? own : `${topic} ${partition} ${offset} ${at}`;
  const session = headers[SALE_SESSION];
  return {
    messageId,
    topic,
    key: storable(key.slice(0, 255)),
    body: bodyOf(value),
    at,
    ...(session !== undefined && { headers: { saleSession: session } }),
  };
}

function bodyOf(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value.slice(0, 10_000);
  }
}
