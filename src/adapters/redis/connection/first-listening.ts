import { Unavailable } from '../../../core/unavailable.ts';
import type { RedisConnection } from './connection.ts';

const PATIENCE_MILLIS = 3_000;

/**
 * Subscribes, and resolves when the channel is heard; what is said from then on is told, or `missed` is. Throws a
 * definite Unavailable when it cannot be heard in time. The result ends it.
 */
export function untilListening(
  connection: Pick<RedisConnection, 'subscribe' | 'ownClock'>,
  channel: string,
  { message, missed }: { message(text: string): void; missed(): void },
): Promise<() => void> {
  return new Promise((resolve, reject) => {
    let heard = false;
    let stopWaiting: (() => void) | undefined;
    const end = connection.subscribe(channel, {
      message,
      listening() {
        if (heard) return missed();
        heard = true;
        stopWaiting?.();
        // A channel that is heard already says so before `subscribe` has returned.
        queueMicrotask(() => resolve(end));
      },
    });
    if (heard) return;
    stopWaiting = connection.ownClock.after(PATIENCE_MILLIS, () => {
      end();
      reject(new Unavailable(`Redis does not let us listen to ${channel}`));
    });
  });
}
