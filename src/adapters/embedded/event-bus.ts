import type { EventBus, Message } from '../../core/message.ts';

interface Subscriber {
  handle: (message: Message) => Promise<void> | void;
  atOnce: number;
}

/**
 * The bus in process. A message that a subscriber refuses is published again, to all of them; what one refuses keeps
 * nothing from the others.
 */
export function embeddedEventBus(): EventBus {
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
    subscribe(topic, _consumer, handle, { atOnce = 1 } = {}) {
      subscribers.set(topic, [...(subscribers.get(topic) ?? []), { handle, atOnce }]);
    },
  };
}

/** In order; stops at the first refusal, when what was begun has ended. */
async function handOver(messages: readonly Message[], { handle, atOnce }: Subscriber): Promise<void> {
  let next = 0;
  const refusals: unknown[] = [];
  const lane = async () => {
    while (refusals.length === 0) {
      const message = messages[next++];
      if (!message) return;
      try {
        await handle(message);
      } catch (refusal) {
        refusals.push(refusal);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, messages.length) }, lane));
  if (refusals.length > 0) throw refusals[0];
}
