import { expect, it } from 'vitest';
import { isRefusal } from '../../../src/core/refusal.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted, refusedWith } from '../../backends/seat-commands.ts';

const draft = (number: string, price = 100_00) => ({
  number,
  section: null,
  row: null,
  type: 'REGULAR',
  price,
  x: null,
  y: null,
  blocked: false,
});

it('adds all of the seats or none', async () => {
  const { sale, openEvent } = await saleInMemory();
  const { eventId } = await openEvent(2);
  const twice = await sale.catalog.addSeats(eventId, [draft('B1'), draft('A1')], undefined);
  expect(twice).toMatchObject({ refused: 'SEAT_NUMBER_TAKEN', facts: { seat: 'A1' } });
  expect(granted(await sale.catalog.now(eventId)).available).toBe(2);
  const added = granted(await sale.catalog.addSeats(eventId, [draft('B1'), draft('B2')], undefined));
  expect(added.seats.map(({ number }) => number)).toEqual(['B1', 'B2']);
  expect(granted(await sale.catalog.now(eventId))).toMatchObject({ available: 4, event: { totalSeats: 4 } });
});

it('answers a repeated addition with the seats of the first', async () => {
  const { sale, openEvent } = await saleInMemory();
  const { eventId } = await openEvent(1);
  const key = { id: 'organiser POST seats k', bodyHash: 'body' };
  const first = granted(await sale.catalog.addSeats(eventId, [draft('B1')], key));
  expect(granted(await sale.catalog.addSeats(eventId, [draft('B1')], key))).toEqual(first);
});

it('finds the event of a seat among many', async () => {
  const { sale, openEvent } = await saleInMemory();
  const events = [await openEvent(3), await openEvent(1), await openEvent(4)];
  for (const { eventId, seatIds } of events)
    for (const seatId of seatIds) expect(await sale.catalog.eventOfSeat(seatId)).toBe(eventId);
  expect(await sale.catalog.eventOfSeat(0)).toBeUndefined();
  expect(await sale.catalog.eventOfSeat(987_654_321)).toBeUndefined();
});

it('refuses moves that the event cannot make, and takes start-sale of an event on sale', async () => {
  const { sale, openEvent } = await saleInMemory();
  const { eventId } = await openEvent(1);
  expect(isRefusal(await sale.catalog.startSale(eventId))).toBe(false);
  expect(refusedWith(await sale.catalog.change(eventId, { status: 'UPCOMING' }))).toBe('EVENT_MOVE_ILLEGAL');
  granted(await sale.catalog.change(eventId, { status: 'CANCELLED' }));
  expect(refusedWith(await sale.catalog.startSale(eventId))).toBe('EVENT_MOVE_ILLEGAL');
});
