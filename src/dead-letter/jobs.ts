import { type Clock, MINUTE, type Millis, SECOND } from '../core/clock.ts';
import { every } from '../core/every.ts';
import type { Outbox } from '../core/message.ts';
import type { DeadLetterStore } from './ports/dead-letter-store.ts';

const LOOK_EVERY: Millis = 10 * SECOND;
/** A message that waits so long has no bus. */
const LATE: Millis = 30 * SECOND;
/** Of a trouble that goes on. */
const SAID_EVERY: Millis = MINUTE;

interface Watched {
  outbox: Pick<Outbox, 'waiting' | 'length'>;
  letters: Pick<DeadLetterStore, 'latest'>;
  clock: Clock;
  /** Tells the operator. */
  warn: (sentence: string) => void;
}

/** Says so when messages are not published, and when a consumer gave one up. */
export function watchMessages({ outbox, letters, clock, warn }: Watched): () => void {
  let saidAt = -Infinity;
  let seenUntil = clock.now();
  return every(clock, LOOK_EVERY, async () => {
    const now = clock.now();
    const [oldest] = await outbox.waiting(1);
    if (oldest && now - oldest.message.at > LATE && now - saidAt >= SAID_EVERY) {
      saidAt = now;
      const seconds = Math.round((now - oldest.message.at) / SECOND);
      const count = await outbox.length();
      warn(`messages are not published: ${count} wait, the oldest for ${seconds} s; is the bus up?`);
    }
    const [latest] = await letters.latest(1);
    if (!latest || latest.at <= seenUntil) return;
    seenUntil = latest.at;
    const { consumer, message, reason } = latest;
    warn(`${consumer} gave up message ${message.messageId} (${reason}): see /api/v1/dead-letters`);
  });
}
