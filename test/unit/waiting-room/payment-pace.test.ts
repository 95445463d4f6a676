import { expect, it } from 'vitest';
import { isRefusal } from '../../../src/core/refusal.ts';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';

const NEVER_ANSWERED = '4000000000000119';
const ATTEMPTS = 12;
const PEOPLE = 20;

/** People in line of a room that would let in ten a second. */
async function roomInSale() {
  const { sale, clock, openEvent } = await saleInMemory();
  const { eventId } = await openEvent(50);
  const admission = { ratePerSecond: 10, burst: 10 };
  await sale.catalog.change(eventId, { policy: { admissionMode: 'waiting_room', admission } });
  const { service } = sale.waitingRooms;
  for (let each = 0; each < PEOPLE; each++)
    await service.join(eventId, { userId: `user ${each}`, lane: 'normal' });
  await service.move(eventId, 'open');
  const calledInASecond = async () => {
    const before = await figures();
    // Who waits shows that he is still there.
    for (let each = 0; each < PEOPLE; each++) await service.status(eventId, `user ${each}`);
    clock.advance(1_000);
    await service.attend(eventId);
    return { called: (await figures()).ready - before.ready, limit: (await figures()).limit };
  };
  const figures = async () => {
    const stats = await service.stats(eventId);
    if (isRefusal(stats)) throw new Error(stats.refused);
    return { ready: stats.lanes.normal.ready, limit: stats.limit };
  };
  const authorize = (attempt: number) =>
    sale.payments.service
      .authorize({
        attemptId: `a${attempt}`,
        orderId: attempt,
        eventId,
        reference: `BK-${attempt}`,
        paymentId: NEVER_ANSWERED,
        amount: 100_00,
        currency: 'USD',
      })
      .catch((error: unknown) => {
        if (!(error instanceof Unavailable)) throw error;
      });
  /** Payments of as many buyers that come to nothing, while time goes by. */
  const paymentsFail = async () => {
    let ended = false;
    const asked = Promise.all(Array.from({ length: ATTEMPTS }, (_, attempt) => authorize(attempt))).finally(
      () => {
        ended = true;
      },
    );
    while (!ended) {
      clock.advance(100);
      await new Promise(setImmediate);
    }
    await asked;
  };
  return { sale, clock, calledInASecond, paymentsFail };
}

it('fewer people are let in when payment is in trouble, and all again when it is well', async () => {
  const { sale, clock, calledInASecond, paymentsFail } = await roomInSale();
  expect((await calledInASecond()).called).toBe(10);
  await paymentsFail();
  expect(sale.payments.health.breaker()).toBe('open');
  expect(await calledInASecond()).toEqual({ called: 0, limit: 'health' });
  // After a while somebody is let in to see.
  clock.advance(20_000);
  expect(sale.payments.health.pace()).toBeGreaterThan(0);
  expect((await calledInASecond()).called).toBeGreaterThan(0);
});
