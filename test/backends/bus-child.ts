import type { Listening } from './bus-process.ts';
import { type BusPlace, busAt } from './buses.ts';

/** What busProcess starts: says each message that it is handed, and never finishes with one that says `stall`. */
const { place, listening } = JSON.parse(process.argv[2] ?? '') as { place: BusPlace; listening: Listening };
const { topic, consumer, atOnce } = listening;
const nobody = { put: () => Promise.reject(new Error('this process has no ledger')) };
const { bus } = await busAt(place, nobody);
bus.subscribe(
  topic,
  consumer,
  async ({ messageId, body }) => {
    process.send?.({ handed: messageId });
    if (body === 'stall') await new Promise(() => undefined);
  },
  { atOnce },
);
process.send?.({ listening: true });
