import type { Clock, Millis } from '../../core/clock.ts';
import type { RequestDelivery, Work } from '../../request-queue/ports/request-delivery.ts';

/** How long work that a failure put off waits. */
const PAUSE: Millis = 100;

/** In process: events with something to do, each served by one worker at a time, the others beside it. */
export function embeddedRequestDelivery({ clock }: { clock: Clock }): RequestDelivery {
  const workers: Work[] = [];
  /** Events told of, and not yet taken up. */
  const waiting = new Set<number>();
  const serving = new Map<number, Promise<void>>();
  let turn = 0;

  const start = (eventId: number) => {
    if (workers.length === 0 || serving.has(eventId)) return;
    const work = workers[turn++ % workers.length] as Work;
    serving.set(eventId, serve(eventId, work));
  };

  const serve = async (eventId: number, work: Work) => {
    // Leaves the teller's turn first, so that everybody told of in this turn is in the first batch.
    await undefined;
    waiting.delete(eventId);
    try {
      const left = await work(eventId);
      if (left === 'more') waiting.add(eventId);
      if (left === 'later')
        clock.after(PAUSE, () => {
          waiting.add(eventId);
          start(eventId);
        });
    } finally {
      serving.delete(eventId);
      if (waiting.has(eventId)) start(eventId);
    }
  };

  return {
    backend: 'embedded',
    async tell(requests) {
      for (const { eventId } of requests) {
        waiting.add(eventId);
        start(eventId);
      }
    },
    // Only events wait here.
    ended: () => undefined,
    consume(work) {
      workers.push(work);
      for (const eventId of waiting) start(eventId);
      return async () => {
        workers.splice(workers.indexOf(work), 1);
        await Promise.all(serving.values());
      };
    },
    check: async () => undefined,
  };
}
