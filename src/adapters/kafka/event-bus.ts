import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, type Millis, SECOND } from '../../core/clock.ts';
import type { DeadLetters, EventBus, Message } from '../../core/message.ts';
import { taking } from '../../core/taking.ts';
import { onlyUnavailable } from '../../core/unavailable.ts';
import type { KafkaConnection } from './connection.ts';
import { messageOf, recordOf, unreadable } from './records.ts';
import type { ReadRecord } from './share.ts';

/** While a back end of a consumer is away. */
const PAUSE: Millis = SECOND / 2;

export interface KafkaEventBusNeeds {
  connection: KafkaConnection;
  clock: Clock;
  deadLetters: DeadLetters;
}

/**
 * A topic of Kafka for each topic, a group for each consumer of one; messages of one key are in one partition. Published is
 * what the brokers acknowledge. The offset is committed after the effect, so a message may come twice, and the
 * consumer's inbox refuses the second.
 */
export function kafkaEventBus({ connection, clock, deadLetters }: KafkaEventBusNeeds): EventBus {
  return {
    publish: (messages) => connection.send(messages.map(recordOf)),
    subscribe(topic, consumer, handle, { atOnce = 1 } = {}) {
      const take = taking(consumer, handle, { clock, deadLetters });
      const bury = (message: Message) => {
        const reason = 'it is none of ours, or broken';
        return deadLetters.put({ consumer, message, reason, attempts: 1, at: clock.now() });
      };
      connection.read({
        // A group of one topic: its members must all want the same.
        topic,
        group: `${consumer}.${topic}`,
        atOnce,
        take(record: ReadRecord, given: AbortSignal) {
          const message = messageOf(topic, record);
          return untilDone(given, () => (message ? take(message) : bury(unreadable(topic, record))));
        },
      });
    },
  };
}

/** Again and again while a back end is away. Rejects once the record is given to somebody else. */
export async function untilDone(given: AbortSignal, task: () => Promise<void>): Promise<void> {
  for (;;) {
    given.throwIfAborted();
    try {
      return await task();
    } catch (error) {
      onlyUnavailable(error);
      await pause(PAUSE, undefined, { signal: given });
    }
  }
}
