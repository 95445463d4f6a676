import { afterEach, describe, expect, it } from 'vitest';
import { mountRoutes } from '../../../src/compose/routes.ts';
import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import { MINUTE } from '../../../src/core/clock.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted } from '../../backends/seat-commands.ts';
import { type Mishap, unsteadyProvider } from '../../backends/unsteady-provider.ts';
import { type TestServer, testServer } from './kit.ts';

let server: TestServer;
afterEach(() => server.app.close());

/** A pending booking of ann, over HTTP, at a provider that goes wrong as told. */
async function bookingAt(mishaps: (Mishap | undefined)[]) {
  const running = await saleInMemory({ paymentProvider: (clock) => unsteadyProvider(clock, mishaps) });
  server = await testServer();
  mountRoutes(server.app, running.sale, server.app.kit.config);
  const { eventId, seatIds } = await running.openEvent(2);
  const wanted = seatIds.slice(0, 1);
  const holdOf = (userId: string) =>
    running.sale.reservations.hold(eventId, wanted, {
      userId,
      sessionId: null,
      admission: OPEN_ADMISSION,
      key: undefined,
    });
  granted(await holdOf('ann'));
  const { orderId } = granted(await running.sale.orders.create(eventId, wanted, 'ann', undefined));
  const post = async (what: string, payload: object) => {
    const url = `/api/v1/bookings/${orderId}/${what}`;
    const answer = await server.app.inject({ method: 'POST', url, headers: { 'x-user-id': 'ann' }, payload });
    const retryAfter = answer.headers['retry-after'];
    return { ...answer.json<Record<string, unknown>>(), answered: answer.statusCode, retryAfter };
  };
  return {
    running,
    holdOf,
    pay: (paymentId: string) => post('confirm-payment', { booking_id: orderId, payment_id: paymentId }),
    cancel: () => post('cancel', {}),
  };
}

describe('a provider whose answer is lost', () => {
  it('leaves the outcome unknown: 503, indefinite, ask again', async () => {
    const { pay } = await bookingAt(['answer lost']);
    expect(await pay('p1')).toMatchObject({
      answered: 503,
      code: 'PAYMENT_UNKNOWN',
      indefinite: true,
      retryAfter: expect.stringMatching(/^\d+$/),
    });
    expect(await pay('p1')).toMatchObject({ answered: 200, payment_status: 'SUCCESS' });
  });

  it('leaves no room for another payment or a cancellation until it is known: 409, ask again', async () => {
    const { pay, cancel } = await bookingAt(['answer lost']);
    await pay('p1');
    const busy = { answered: 409, code: 'PAYMENT_IN_PROGRESS', retryAfter: '1' };
    for (const answer of [await pay('p2'), await cancel()]) {
      expect(answer).toMatchObject(busy);
      expect(answer).not.toHaveProperty('indefinite');
    }
  });

  it('until the seats are somebody else’s: 409, and the money is let go of', async () => {
    const { running, holdOf, pay } = await bookingAt(['answer lost']);
    await pay('p1');
    running.clock.advance(11 * MINUTE);
    await running.sale.seatStore.expireDue();
    granted(await holdOf('ben'));
    expect(await pay('p1')).toMatchObject({ answered: 409, code: 'SEATS_LOST' });
    expect(await pay('p1')).toMatchObject({ answered: 409, code: 'BOOKING_NOT_PENDING' });
  });
});
