import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventStatus, isOnSale, mayMove, statusOf } from '../../../src/catalog/event.ts';
import { eventOf } from '../../backends/halls.ts';

const STATUSES: EventStatus[] = ['UPCOMING', 'ON_SALE', 'PAUSED', 'SOLD_OUT', 'CLOSED', 'CANCELLED'];

/** The contract's sentence (v1, "Event moves"), for what an organiser may ask. */
const ALLOWED = new Set([
  ...['UPCOMING>ON_SALE', 'UPCOMING>CANCELLED'],
  ...['ON_SALE>PAUSED', 'ON_SALE>CLOSED', 'ON_SALE>CANCELLED'],
  ...['PAUSED>ON_SALE', 'PAUSED>CLOSED', 'PAUSED>CANCELLED'],
  ...['SOLD_OUT>CLOSED', 'SOLD_OUT>CANCELLED'],
]);

describe('an organiser', () => {
  it.each(STATUSES.flatMap((from) => STATUSES.map((to) => ({ from, to }))))(
    'may move an event from $from to $to as the contract says',
    ({ from, to }) => expect(mayMove(from, to)).toBe(from === to || ALLOWED.has(`${from}>${to}`)),
  );
});

describe('the status of an event', () => {
  const time = fc.integer({ min: 0, max: 100 });
  const stored = fc.constantFrom('UPCOMING', 'ON_SALE', 'PAUSED', 'CLOSED', 'CANCELLED');
  const seats = fc.record({ sold: fc.nat(3), unsold: fc.nat(3) });

  it('opens by itself at its time, and only before the organiser did anything else', () => {
    fc.assert(
      fc.property(stored, fc.option(time), time, (status, saleOpensAt, now) => {
        const event = eventOf(1, { status, saleOpensAt });
        const opened = status === 'UPCOMING' && saleOpensAt !== null && saleOpensAt <= now;
        expect(isOnSale(event, now)).toBe(status === 'ON_SALE' || opened);
      }),
    );
  });

  it('is sold out exactly while it is on sale and every seat that can be sold is', () => {
    fc.assert(
      fc.property(stored, fc.option(time), time, seats, (status, saleOpensAt, now, counted) => {
        const event = eventOf(1, { status, saleOpensAt });
        const soldOut = isOnSale(event, now) && counted.sold > 0 && counted.unsold === 0;
        const expected = soldOut ? 'SOLD_OUT' : isOnSale(event, now) ? 'ON_SALE' : status;
        expect(statusOf(event, now, counted)).toBe(expected);
      }),
    );
  });
});
