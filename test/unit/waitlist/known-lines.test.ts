import { expect, it } from 'vitest';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { keepLooking } from '../../../src/waitlist/jobs.ts';
import { KnownLines } from '../../../src/waitlist/known-lines.ts';
import { HandClock } from '../../backends/hand-clock.ts';

const EVENT = 7;

it('a node that shares its lines asks for them until it has looked, and then knows them', async () => {
  let asked = 0;
  const store = {
    async isAnyWaiting(eventId: number) {
      asked++;
      return eventId === EVENT;
    },
    eventsWaitedFor: async () => [EVENT],
  };
  const lines = new KnownLines(store, { isAlone: false });
  expect(await lines.isAnyWaiting(EVENT)).toBe(true);
  expect(await lines.isAnyWaiting(EVENT + 1)).toBe(false);
  expect(lines.maySomebodyWait(EVENT + 1), 'not known yet').toBe(true);
  expect(asked).toBe(3);

  await lines.look();
  expect([lines.isAnyWaiting(EVENT), lines.isAnyWaiting(EVENT + 1)]).toEqual([true, false]);
  expect(asked, 'from memory').toBe(3);
});

it('looks as soon as it begins: a hold a moment later needs nothing of the store', async () => {
  const lines = new KnownLines(
    {
      isAnyWaiting: () => Promise.reject(new Unavailable('the ledger is away')),
      eventsWaitedFor: async () => [EVENT],
    },
    { isAlone: false },
  );
  const stop = keepLooking(lines, new HandClock());
  await Promise.resolve();
  expect([lines.isAnyWaiting(EVENT), lines.isAnyWaiting(EVENT + 1)]).toEqual([true, false]);
  stop();
});
