import { sqlDeadLetters } from '../adapters/sql/messages/dead-letters.ts';
import { forgetTaken } from '../adapters/sql/messages/inbox.ts';
import { sqlOutbox } from '../adapters/sql/messages/outbox.ts';
import { DAY, HOUR, type Millis } from '../core/clock.ts';
import { every } from '../core/every.ts';
import type { EventBus } from '../core/message.ts';
import { OutboxLimit } from '../core/outbox-limit.ts';
import { keepRelaying } from '../core/relay.ts';
import { watchMessages } from '../dead-letter/jobs.ts';
import type { DeadLetterStore } from '../dead-letter/ports/dead-letter-store.ts';
import type { Seats } from '../order/ports/seats.ts';
import { showMessages } from '../telemetry/sale-figures.ts';
import type { Machine } from './machine.ts';

/** Longer than any bus keeps what was not dealt with; Kafka's own default is a week. */
const TAKEN_KEPT: Millis = 30 * DAY;
const LETTERS_KEPT: Millis = 90 * DAY;

/** As many as a bus may miss: some days of a busy house, and a few hundred megabytes of the ledger. */
const WAITING_MAX = 2_000_000;

export interface Messages {
  letters: DeadLetterStore;
  /** Seats that begin no payment while too many messages wait: each order adds to them. */
  limited(seats: Seats): Seats;
  /** Keeps an eye on how many wait, in every process that takes orders. */
  keepLimit(): () => void;
  startJobs(): (() => void)[];
}

/** What was committed to be told goes to the bus; what nobody can take is kept for the organiser. Part of `compose`. */
export function composeMessages(
  { clock, database, show, warn }: Pick<Machine, 'clock' | 'database' | 'show' | 'warn'>,
  bus: EventBus,
): Messages {
  const letters = sqlDeadLetters(database);
  const outbox = sqlOutbox(database);
  const limit = new OutboxLimit(outbox, WAITING_MAX);
  if (show) showMessages(show, clock, { outbox, letters });
  return {
    letters,
    limited: (seats) => ({
      ...seats,
      async beginPayment(claim) {
        limit.check();
        return seats.beginPayment(claim);
      },
    }),
    keepLimit: () => limit.keepLooking(clock),
    startJobs: () => [
      keepRelaying(outbox, bus, clock),
      ...(warn ? [watchMessages({ outbox, letters, clock, warn })] : []),
      every(clock, HOUR, () => forgetTaken(database, clock.now() - TAKEN_KEPT)),
      every(clock, HOUR, () => letters.forgetOld(clock.now() - LETTERS_KEPT)),
    ],
  };
}
