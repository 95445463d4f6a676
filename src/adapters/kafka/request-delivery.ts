import { type Clock, type Millis, pause } from '../../core/clock.ts';
import type { DeadLetters } from '../../core/message.ts';
import type { RequestDelivery, Work } from '../../request-queue/ports/request-delivery.ts';
import type { KafkaConnection } from './connection.ts';
import { untilDone } from './event-bus.ts';
import type { GroupReader } from './group-reader.ts';
import { unreadable } from './records.ts';
import type { ReadRecord } from './share.ts';

const TOPIC = 'request.waiting';
const GROUP = 'request-workers';
/** Tellings that wait for the work of their event; beyond it nothing is read. */
const TOLD_MAX = 50_000;
/** How long work that a failure put off waits. */
const PAUSE: Millis = 100;

export interface KafkaRequestDeliveryNeeds {
  connection: KafkaConnection;
  clock: Clock;
  deadLetters: DeadLetters;
}

/**
 * A record tells of an event; its key is the event, so all records of an event go to one member of the workers' group.
 * They are committed when a work that began after they were read has left nothing.
 */
export function kafkaRequestDelivery({
  connection,
  clock,
  deadLetters,
}: KafkaRequestDeliveryNeeds): RequestDelivery {
  const workers: Work[] = [];
  const servings = new Servings(clock, workers);
  let reader: GroupReader | undefined;

  const take = (record: ReadRecord, given: AbortSignal): Promise<void> => {
    const eventId = Number(record.value);
    if (Number.isSafeInteger(eventId) && eventId > 0) return servings.serve(eventId, given);
    const message = unreadable(TOPIC, record);
    const reason = 'it names no event';
    return untilDone(given, () =>
      deadLetters.put({ consumer: GROUP, message, reason, attempts: 1, at: clock.now() }),
    );
  };

  return {
    backend: 'kafka',
    async tell(requests) {
      const events = [...new Set(requests.map(({ eventId }) => String(eventId)))];
      await connection.send(events.map((event) => ({ topic: TOPIC, key: event, value: event, headers: {} })));
    },
    consume(work) {
      workers.push(work);
      reader ??= connection.read({ topic: TOPIC, group: GROUP, atOnce: TOLD_MAX, take });
      return async () => {
        if (workers.length === 1) {
          const last = reader;
          reader = undefined;
          await last?.close();
        }
        workers.splice(workers.indexOf(work), 1);
      };
    },
    // A record says no more than that its event has work.
    ended: () => undefined,
    check: () => connection.check(),
  };
}

/** One work at a time for each event, the events beside each other. */
class Servings {
  readonly #clock: Clock;
  readonly #workers: readonly Work[];
  /** The works that are to begin when the present one of their event has ended. */
  readonly #next = new Map<number, Promise<void>>();
  readonly #now = new Map<number, Promise<void>>();
  #turn = 0;

  constructor(clock: Clock, workers: readonly Work[]) {
    this.#clock = clock;
    this.#workers = workers;
  }

  /** Resolves when a work that began after this call has left nothing. */
  serve(eventId: number, given: AbortSignal): Promise<void> {
    const waiting = this.#next.get(eventId);
    if (waiting) return waiting;
    const next = this.#serveNext(eventId, given);
    this.#next.set(eventId, next);
    return next;
  }

  async #serveNext(eventId: number, given: AbortSignal): Promise<void> {
    // Leaves the teller's turn first, so that everything read together is served together.
    await undefined;
    await this.#now.get(eventId)?.catch(() => undefined);
    this.#next.delete(eventId);
    const now = this.#work(eventId, given);
    this.#now.set(eventId, now);
    try {
      await now;
    } finally {
      this.#now.delete(eventId);
    }
  }

  async #work(eventId: number, given: AbortSignal): Promise<void> {
    for (;;) {
      given.throwIfAborted();
      const work = this.#workers[this.#turn++ % this.#workers.length];
      if (!work) throw new Error('nobody works any more');
      const left = await work(eventId);
      if (left === 'nothing') return;
      if (left === 'later') await pause(this.#clock, PAUSE);
    }
  }
}
