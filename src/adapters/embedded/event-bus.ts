import type { EventBus, Message } from '../../core/message.ts';

/** The bus in process: subscribers are called one after the other, and a message that one refuses is published again. */
export function embeddedEventBus(): EventBus {
  const subscribers = new Map<string, ((message: Message) => Promise<void> | void)[]>();
  return {
    async publish(messages) {
      for (const message of messages) {
        for (const handle of subscribers.get(message.topic) ?? []) await handle(message);
      }
    },
    subscribe(topic, _consumer, handle) {
      subscribers.set(topic, [...(subscribers.get(topic) ?? []), handle]);
    },
  };
}
