import type { Clock, Millis } from './clock.ts';
import { every } from './every.ts';
import type { EventBus, Outbox } from './message.ts';

const RELAY_EVERY: Millis = 200;
const RELAYED_AT_ONCE = 1_000;

/** Publishes what waits in the outbox, in order. A crash between publishing and forgetting publishes again. */
export async function relayOutbox(outbox: Outbox, bus: EventBus): Promise<number> {
  const waiting = await outbox.waiting(RELAYED_AT_ONCE);
  if (waiting.length === 0) return 0;
  await bus.publish(waiting.map(({ message }) => message));
  await outbox.published(waiting.map(({ position }) => position));
  return waiting.length;
}

export function keepRelaying(outbox: Outbox, bus: EventBus, clock: Clock): () => void {
  return every(clock, RELAY_EVERY, async () => {
    while ((await relayOutbox(outbox, bus)) === RELAYED_AT_ONCE);
  });
}
