import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import { MINUTE } from '../../../src/core/clock.ts';
import { HandClock } from '../../backends/hand-clock.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted, refusedWith } from '../../backends/seat-commands.ts';
import { type Mishap, unsteadyProvider } from '../../backends/unsteady-provider.ts';

const claimant = (userId: string) => ({ userId, sessionId: null, admission: OPEN_ADMISSION, key: undefined });
const ENDING = { reason: 'called off', actor: 'organiser' };

async function soldEvent(buyers: readonly string[], mishaps: (Mishap | undefined)[] = []) {
  let provider = unsteadyProvider(new HandClock(), []);
  const running = await saleInMemory({
    paymentProvider: (clock) => {
      provider = unsteadyProvider(clock, mishaps);
      return provider;
    },
  });
  const { eventId, seatIds } = await running.openEvent(buyers.length + 2);
  const orders: { orderId: number; userId: string }[] = [];
  for (const [index, userId] of buyers.entries()) {
    const seats = [seatIds[index] as number];
    granted(await running.sale.reservations.hold(eventId, seats, claimant(userId)));
    const { orderId } = granted(await running.sale.orders.create(eventId, seats, userId, undefined));
    await running.sale.orders.confirmPayment(orderId, userId, 'p', undefined);
    orders.push({ orderId, userId });
  }
  return {
    running,
    eventId,
    seatIds,
    orders,
    books: provider.books,
    end: () => running.sale.orders.ofEvents.end(eventId, ENDING),
    counts: () => running.sale.seatStore.counts(eventId),
    states: () =>
      Promise.all(
        orders.map(
          async ({ orderId, userId }) => granted(await running.sale.orders.order(orderId, userId)).state,
        ),
      ),
  };
}

describe('the end of an event', () => {
  it('refunds what was paid and gives back what was not; there is nothing left to end', async () => {
    const { running, eventId, seatIds, end, states, counts, books } = await soldEvent(['ann', 'ben']);
    granted(await running.sale.reservations.hold(eventId, seatIds.slice(2, 3), claimant('cat')));
    granted(await running.sale.orders.create(eventId, seatIds.slice(2, 3), 'cat', undefined));
    expect(await end()).toBe(3);
    expect(await end()).toBe(0);
    expect(await states()).toEqual(['CANCELLED', 'CANCELLED']);
    expect(await counts()).toMatchObject({ AVAILABLE: 4 });
    expect([books.captured(), books.reserved()]).toEqual([[], []]);
  });

  it('leaves other events alone', async () => {
    const { running, end } = await soldEvent(['ann']);
    const other = await running.openEvent(1);
    granted(await running.sale.reservations.hold(other.eventId, other.seatIds, claimant('ann')));
    const { orderId } = granted(
      await running.sale.orders.create(other.eventId, other.seatIds, 'ann', undefined),
    );
    granted(await running.sale.orders.confirmPayment(orderId, 'ann', 'p', undefined));
    expect(await end()).toBe(1);
    expect(granted(await running.sale.orders.order(orderId, 'ann')).state).toBe('CONFIRMED');
  });

  it('comes for every order, whatever the provider does and wherever the program stops', async () => {
    const mishap = fc.constantFrom<Mishap | undefined>(undefined, undefined, 'lost', 'answer lost');
    await fc.assert(
      fc.asyncProperty(fc.array(mishap, { maxLength: 12 }), fc.nat(3), async (mishaps, restarts) => {
        const told: (Mishap | undefined)[] = [];
        const event = await soldEvent(['ann', 'ben', 'cat'], told);
        told.push(...mishaps);
        for (let restart = 0; restart < restarts; restart++) {
          await event.end();
          await event.running.restart();
        }
        told.length = 0;
        for (let round = 0; round < 20; round++) {
          event.running.clock.advance(MINUTE);
          await event.running.sale.orders.driveDue(100);
          await event.end();
        }
        expect(await event.end()).toBe(0);
        expect(await event.states()).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED']);
        expect([event.books.captured(), event.books.reserved()]).toEqual([[], []]);
        expect(await event.counts()).toMatchObject({ SOLD: 0, PAYING: 0, HELD: 0 });
      }),
      { numRuns: 40 },
    );
  });
});

describe('an event that is cancelled', () => {
  it('is brought to its end by itself, holds included, also when it was cancelled before a restart', async () => {
    const event = await soldEvent(['ann', 'ben']);
    const { running, eventId, seatIds } = event;
    granted(await running.sale.reservations.hold(eventId, seatIds.slice(2), claimant('cat')));
    granted(await running.sale.catalog.change(eventId, { status: 'CANCELLED' }));
    await running.restart();
    const stop = running.sale.editions.end.keepEnding();
    for (let second = 0; second < 5; second++) {
      running.clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    stop();
    expect(await event.states()).toEqual(['CANCELLED', 'CANCELLED']);
    expect(await event.counts()).toMatchObject({ AVAILABLE: 4 });
  });

  it('takes no orders and no payments', async () => {
    const { running, eventId, seatIds } = await soldEvent([]);
    granted(await running.sale.reservations.hold(eventId, seatIds, claimant('ann')));
    const [first, second] = seatIds as [number, number];
    const { orderId } = granted(await running.sale.orders.create(eventId, [first], 'ann', undefined));
    granted(await running.sale.catalog.change(eventId, { status: 'CANCELLED' }));
    const pay = await running.sale.orders.confirmPayment(orderId, 'ann', 'p', undefined);
    expect(refusedWith(pay)).toBe('SALE_NOT_OPEN');
    expect(refusedWith(await running.sale.orders.create(eventId, [second], 'ann', undefined))).toBe(
      'SALE_NOT_OPEN',
    );
    const wish = { eventId, seatIds: [second], userId: 'ann' };
    expect(refusedWith(await running.sale.orders.submit(wish, undefined))).toBe('SALE_NOT_OPEN');
  });
});

describe('the cancellation deadline', () => {
  it('is the moment from which a buyer cannot cancel what he has paid for', async () => {
    const { running, eventId, orders } = await soldEvent(['ann', 'ben']);
    const deadline = running.clock.now() + MINUTE;
    granted(await running.sale.catalog.change(eventId, { policy: { cancellationDeadline: deadline } }));
    const cancel = ({ orderId, userId }: { orderId: number; userId: string }) =>
      running.sale.orders.cancel(orderId, userId, null, undefined);
    const [anns, bens] = orders as [(typeof orders)[0], (typeof orders)[0]];
    running.clock.advance(MINUTE - 1);
    expect(granted(await cancel(anns)).refunded).toBe(true);
    running.clock.advance(1);
    expect(refusedWith(await cancel(bens))).toBe('CANCELLATION_DEADLINE_PASSED');
    expect(granted(await cancel(anns)).refunded).toBe(true);
  });
});
