import type { Clock } from '../../core/clock.ts';
import type { DeadLetters, EventBus, Message } from '../../core/message.ts';
import { taking } from '../../core/taking.ts';

interface Subscriber {
  take: (message: Message) => Promise<void>;
  atOnce: number;
}

/**
 * The bus in process. Where a back end failed, the publisher is told so, and publishes again, to all of them; what
 * keeps one consumer waiting keeps nothing from the others.
 */
export function embeddedEventBus(needs: { clock: Clock; deadLetters: DeadLetters }): EventBus {
  const subscribers = new Map<string, Subscriber[]>();
  return {
    async publish(messages) {
      const refusals: unknown[] = [];
      for (const topic of new Set(messages.map((message) => message.topic))) {
        const ofTopic = messages.filter((message) => message.topic === topic);
        for (const subscriber of subscribers.get(topic) ?? []) {
          await handOver(ofTopic, subscriber).catch((refusal: unknown) => refusals.push(refusal));
        }
      }
      if (refusals.length > 0) throw refusals[0];
    },
    subscribe(topic, consumer, handle, { atOnce = 1 } = {}) {
      const subscriber = { take: taking(consumer, handle, needs), atOnce };
      subscribers.set(topic, [...(subscribers.get(topic) ?? []), subscriber]);
    },
  };
}

/** In order; stops at the first refusal, when what was begun has ended. */
async function handOver(messages: readonly Message[], { take, atOnce }: Subscriber): Promise<void> {
  let next = 0;
  const refusals: unknown[] = [];
  const lane = async () => {
    while (refusals.length === 0) {
      const message = messages[next++];
      if (!message) return;
      try {
        await take(message);
      } catch (refusal) {
        refusals.push(refusal);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, messages.length) }, lane));
  if (refusals.length > 0) throw refusals[0];
}
