import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { BookingView } from '../../src/contract/booking.ts';
import type { EventDetail, EventView } from '../../src/contract/event.ts';
import { audited } from './audited.ts';
import { bodyOf, type Client, clientOf, expectRefusal, organiserOf } from './client.ts';
import { eventually } from './eventually.ts';
import { freshFolder, startProgram } from './program.ts';
import { book, buy, hold, openSale, statusOfSeat, tryBook, tryHold, tryPay } from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const cancel = (organiser: Client, eventId: number) =>
  organiser.patch<EventView>(`/api/v1/events/${eventId}`, { status: 'CANCELLED' });

async function bookingOf(anyone: Client, userId: string): Promise<BookingView | undefined> {
  return bodyOf(await anyone.as(userId).get<BookingView[]>('/api/v1/bookings'))[0];
}

describe('an event that is cancelled', () => {
  const { anyone, organiser } = sharedProgram();

  it('refunds what was paid, ends what was not, and sells nothing more', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 4 });
    const [sold, pending, held, free] = seatIds as [number, number, number, number];
    await buy(anyone, 'ann', eventId, [sold]);
    const { booking_id } = await book(anyone, 'ben', eventId, [pending]);
    await hold(anyone, 'cat', eventId, [held]);
    expect(bodyOf(await cancel(organiser, eventId)).status).toBe('CANCELLED');
    expectRefusal(await tryHold(anyone, 'dan', eventId, [free]), { status: 409, code: 'SALE_NOT_OPEN' });
    expect((await tryPay(anyone, 'ben', booking_id)).status).toBe(409);
    expect((await tryBook(anyone, 'cat', eventId, [held])).status).toBe(409);
    await eventually(
      () => bookingOf(anyone, 'ann'),
      (booking) => booking?.payment_status === 'REFUNDED',
    );
    expect(await bookingOf(anyone, 'ann')).toMatchObject({ status: 'CANCELLED' });
    expect(await bookingOf(anyone, 'ben')).toMatchObject({ status: 'CANCELLED' });
    for (const seat of seatIds) expect(await statusOfSeat(anyone, seat)).toBe('AVAILABLE');
    expect(bodyOf(await anyone.get<EventDetail>(`/api/v1/events/${eventId}`)).status).toBe('CANCELLED');
    const history = bodyOf(
      await organiser.get<{ cause: string; actor: string }[]>(`/api/v1/seats/${held}/history`),
    );
    expect(history.at(-1)).toMatchObject({ cause: 'release', actor: 'organiser' });
  });
});

describe('killed in the middle of a cancellation', () => {
  it('goes on until every buyer has his money back', async () => {
    const dataDir = freshFolder();
    const env = { PAYMENT_DELAY_MS: '20-60', RATE_LIMIT_PER_PRINCIPAL: '0' };
    let program = await startProgram({ env, dataDir });
    try {
      const buyers = Array.from({ length: 120 }, (_, index) => `buyer-${index}`);
      const { eventId, seatIds } = await openSale(organiserOf(program), { rows: 12, seatsInRow: 10 });
      await Promise.all(
        buyers.map((userId, index) => buy(clientOf(program), userId, eventId, [seatIds[index] as number])),
      );
      bodyOf(await cancel(organiserOf(program), eventId));
      const done = async () => {
        const bookings = await Promise.all(buyers.map((userId) => bookingOf(clientOf(program), userId)));
        return bookings.filter((booking) => booking?.payment_status === 'REFUNDED').length;
      };
      let killed = 0;
      for (let round = 0; round < 2; round++) {
        const before = await eventually(done, (count) => count > round, { everyMillis: 10, seconds: 30 });
        if (before < buyers.length) killed++;
        await delay(20);
        await program.kill();
        program = await startProgram({ env, dataDir });
      }
      expect(killed, 'it was killed in the middle').toBeGreaterThan(0);
      await eventually(done, buyers.length, { everyMillis: 200 });
      for (const seat of seatIds.slice(0, 3))
        expect(await statusOfSeat(clientOf(program), seat)).toBe('AVAILABLE');
      await program.stop();
      expect((await audited(dataDir)).faults).toEqual([]);
    } finally {
      await program.kill();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

describe('the cancellation deadline', () => {
  const { anyone, organiser } = sharedProgram();
  const cancelled = (userId: string, bookingId: number) =>
    anyone.as(userId).post<BookingView>(`/api/v1/bookings/${bookingId}/cancel`, {});

  it('keeps buyers from cancelling what they have paid for, and nobody from anything else', async () => {
    const past = '2020-01-01T00:00:00';
    const event = { cancellation_deadline: past };
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 4, event });
    const [first, second, third] = seatIds as [number, number, number];
    const bought = await buy(anyone, 'ann', eventId, [first]);
    expectRefusal(await cancelled('ann', bought.booking_id), {
      status: 409,
      code: 'CANCELLATION_DEADLINE_PASSED',
    });
    const pending = await book(anyone, 'ben', eventId, [second]);
    expect(bodyOf(await cancelled('ben', pending.booking_id)).status).toBe('CANCELLED');
    const path = `/api/v1/events/${eventId}`;
    expect(bodyOf(await anyone.get<EventView>(path)).cancellation_deadline).toBe(past);
    bodyOf(await organiser.patch(path, { cancellation_deadline: '2999-01-01T00:00:00Z' }));
    expect(bodyOf(await cancelled('ann', bought.booking_id)).payment_status).toBe('REFUNDED');
    bodyOf(await organiser.patch(path, { cancellation_deadline: past }));
    expect(bodyOf(await cancelled('ann', bought.booking_id)).payment_status).toBe('REFUNDED');
    await buy(anyone, 'cat', eventId, [third]);
    bodyOf(await cancel(organiser, eventId));
    await eventually(
      () => bookingOf(anyone, 'cat'),
      (booking) => booking?.payment_status === 'REFUNDED',
    );
    bodyOf(await organiser.patch(path, { cancellation_deadline: null }));
    expect((await organiser.patch(path, { cancellation_deadline: 'soon' })).status).toBe(422);
  });
});
