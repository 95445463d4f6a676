import { describe, expect, it } from 'vitest';
import { bodyOf, clientOf, expectRefusal } from './client.ts';
import { startProgram } from './program.ts';
import { book, buy, hold, openSale, tryHold } from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const { anyone, organiser } = sharedProgram();

describe('limits of one buyer', () => {
  it('at most max_seats_per_user live seats of an event, held and being paid for', async () => {
    const { eventId, seatIds } = await openSale(organiser, {
      rows: 1,
      seatsInRow: 6,
      event: { max_seats_per_user: 4 },
    });
    const refusal = {
      status: 409,
      code: 'SEAT_LIMIT_REACHED',
      message: 'At most 4 seats per buyer for this event',
    };
    expectRefusal(await tryHold(anyone, 'ann', eventId, seatIds.slice(0, 5)), refusal);
    await hold(anyone, 'ann', eventId, seatIds.slice(0, 2));
    await book(anyone, 'ann', eventId, seatIds.slice(2, 4));
    expectRefusal(await tryHold(anyone, 'ann', eventId, seatIds.slice(4, 5)), refusal);
    await hold(anyone, 'bob', eventId, seatIds.slice(4, 5));
  });

  it('also when he asks many times at once', async () => {
    const { eventId, seatIds } = await openSale(organiser, {
      rows: 4,
      seatsInRow: 10,
      event: { max_seats_per_user: 5 },
    });
    const answers = await Promise.all(seatIds.map((seat) => tryHold(anyone, 'ann', eventId, [seat])));
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(5);
    for (const answer of answers.filter((each) => each.status !== 201))
      expectRefusal(answer, { status: 409, code: 'SEAT_LIMIT_REACHED' });
  });

  it('a buyer of another event is not counted', async () => {
    const one = await openSale(organiser, { rows: 1, seatsInRow: 1, event: { max_seats_per_user: 1 } });
    const two = await openSale(organiser, { rows: 1, seatsInRow: 1, event: { max_seats_per_user: 1 } });
    await buy(anyone, 'ann', one.eventId, one.seatIds);
    await hold(anyone, 'ann', two.eventId, two.seatIds);
  });

  it('requests: past RATE_LIMIT_PER_PRINCIPAL it is 429 with Retry-After, for him alone', async () => {
    const strict = await startProgram({ env: { RATE_LIMIT_PER_PRINCIPAL: '1' } });
    try {
      const asked = clientOf(strict);
      const answers = await Promise.all(
        Array.from({ length: 40 }, () => asked.as('ann').get('/api/v1/bookings')),
      );
      const refused = answers.filter((answer) => answer.status !== 200);
      expect(refused.length).toBeGreaterThan(20);
      expect(answers.length - refused.length).toBeGreaterThanOrEqual(1);
      for (const answer of refused) {
        expectRefusal(answer, { status: 429, code: 'RATE_LIMITED', message: 'Too many requests; slow down' });
        expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
      }
      bodyOf(await asked.as('bob').get('/api/v1/bookings'));
    } finally {
      await strict.stop();
    }
  });
});
