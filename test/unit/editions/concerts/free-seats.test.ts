import { expect, it } from 'vitest';
import { FreeSeatLists } from '../../../../src/editions/concerts/free-seats.ts';
import { HandClock } from '../../../backends/hand-clock.ts';

function lists({ tookMillis = 0 } = {}) {
  const clock = new HandClock();
  let readings = 0;
  const made = new FreeSeatLists({
    clock,
    kept: 2,
    async read(eventId) {
      readings++;
      await Promise.resolve();
      clock.advance(tookMillis);
      return eventId === 404 ? undefined : [{ seatId: readings, number: 'A-1' }];
    },
  });
  return { clock, lists: made, readings: () => readings };
}

it('is compact, on one line, with its keys in the order of the contract', async () => {
  expect(await lists().lists.freeSeats(1)).toBe('[{"id":1,"seatNumber":"A-1","status":"AVAILABLE"}]');
});

it('is read once for everybody who asks at the same time', async () => {
  const { lists: all, readings } = lists();
  const texts = await Promise.all([all.freeSeats(1), all.freeSeats(1), all.freeSeats(1)]);
  expect(new Set(texts).size).toBe(1);
  expect(readings()).toBe(1);
});

it('is read anew after a seat has moved here, and after half a second whatever happened elsewhere', async () => {
  const { lists: all, readings, clock } = lists();
  await all.freeSeats(1);
  await all.freeSeats(1);
  expect(readings()).toBe(1);
  all.moved(1);
  await all.freeSeats(1);
  expect(readings()).toBe(2);
  clock.advance(499);
  await all.freeSeats(1);
  expect(readings()).toBe(2);
  clock.advance(1);
  await all.freeSeats(1);
  expect(readings()).toBe(3);
});

it('a seat that moves while the list is read makes it stale', async () => {
  const { lists: all, readings } = lists();
  const reading = all.freeSeats(1);
  all.moved(1);
  await reading;
  await all.freeSeats(1);
  expect(readings()).toBe(2);
});

it('a list that takes long is not read for each seat that moves', async () => {
  const { lists: all, readings, clock } = lists({ tookMillis: 20 });
  await all.freeSeats(1);
  all.moved(1);
  await all.freeSeats(1);
  expect(readings()).toBe(1);
  clock.advance(160);
  await all.freeSeats(1);
  expect(readings()).toBe(2);
});

it('what is not there is asked for anew, and of all lists the latest are kept', async () => {
  const { lists: all, readings } = lists();
  expect(await all.freeSeats(404)).toBeUndefined();
  expect(await all.freeSeats(404)).toBeUndefined();
  expect(readings()).toBe(2);
  for (const eventId of [1, 2, 3, 3, 2]) await all.freeSeats(eventId);
  expect(readings()).toBe(5);
  await all.freeSeats(1);
  expect(readings()).toBe(6);
});
