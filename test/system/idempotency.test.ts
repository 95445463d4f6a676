import { describe, expect, it } from 'vitest';
import type { ReservationView } from '../../src/contract/reservation.ts';
import type { SeatView } from '../../src/contract/seat.ts';
import { type Answer, bodyOf, clientOf, expectRefusal, organiserOf } from './client.ts';
import { eventually } from './eventually.ts';
import { startProgram } from './program.ts';
import {
  book,
  createEvent,
  eventInput,
  hold,
  openSale,
  statusOfSeat,
  tryBook,
  tryHold,
  tryPay,
} from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const { anyone, organiser, restart } = sharedProgram();

/** A request with an effect, once with each of two bodies. `ask` sends it with a key. */
interface Case {
  ask(key: string): Promise<Answer>;
  askOtherwise(key: string): Promise<Answer>;
}

const keyed = (key: string) => ({ 'idempotency-key': key });
const idsOf = (held: { reservations: ReservationView[] }) =>
  held.reservations.map((reservation) => reservation.reservation_id);

/** Every POST that makes or changes something of worth, each in a sale of its own. */
const CASES: Record<string, () => Promise<Case>> = {
  'an event': async () => {
    const post = (event_name: string) => (key: string) =>
      organiser.post('/api/v1/events', eventInput({ event_name }), keyed(key));
    return { ask: post('one'), askOtherwise: post('two') };
  },
  seats: async () => {
    const { event_id } = await createEvent(organiser);
    const post = (seat_number: string) => (key: string) =>
      organiser.post(`/api/v1/events/${event_id}/seats`, [{ seat_number, price: '1' }], keyed(key));
    return { ask: post('A1'), askOtherwise: post('A2') };
  },
  'blocked seats': async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const post = (seat: number | undefined) => (key: string) =>
      organiser.post(`/api/v1/events/${eventId}/seats/block`, { seat_ids: [seat] }, keyed(key));
    return { ask: post(seatIds[0]), askOtherwise: post(seatIds[1]) };
  },
  'a reservation': async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 3 });
    const post = (seats: number[]) => (key: string) => tryHold(anyone, 'ann', eventId, seats, keyed(key));
    return { ask: post(seatIds.slice(0, 2)), askOtherwise: post(seatIds.slice(2)) };
  },
  'the best seats': async () => {
    const { eventId } = await openSale(organiser, { rows: 1, seatsInRow: 9 });
    const post = (party_size: number) => (key: string) =>
      anyone
        .as('ann')
        .post(`/api/v1/events/${eventId}/best-available`, { party_size, hold: true }, keyed(key));
    return { ask: post(2), askOtherwise: post(3) };
  },
  'an extension': async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const [id] = idsOf(await hold(anyone, 'ann', eventId, seatIds));
    const post = (additional_minutes: number) => (key: string) =>
      anyone.as('ann').post(`/api/v1/reservations/${id}/extend`, { additional_minutes }, keyed(key));
    return { ask: post(12), askOtherwise: post(15) };
  },
  'giving back several': async () => {
    const one = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const two = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const first = idsOf(await hold(anyone, 'ann', one.eventId, one.seatIds));
    const second = idsOf(await hold(anyone, 'ann', two.eventId, two.seatIds));
    const post = (reservation_ids: number[]) => (key: string) =>
      anyone.as('ann').post('/api/v1/reservations/cancel-batch', { reservation_ids }, keyed(key));
    return { ask: post([...first, ...second]), askOtherwise: post(first) };
  },
  'a booking': async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    await hold(anyone, 'ann', eventId, seatIds);
    const post = (seats: number[]) => (key: string) => tryBook(anyone, 'ann', eventId, seats, keyed(key));
    return { ask: post(seatIds.slice(0, 1)), askOtherwise: post(seatIds.slice(1)) };
  },
  'a payment': async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const { booking_id } = await book(anyone, 'ann', eventId, seatIds);
    const post = (payment: string) => (key: string) => tryPay(anyone, 'ann', booking_id, payment, keyed(key));
    return { ask: post('pay_1'), askOtherwise: post('pay_2') };
  },
  'a cancellation': async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const { booking_id } = await book(anyone, 'ann', eventId, seatIds);
    bodyOf(await tryPay(anyone, 'ann', booking_id));
    const post = (reason: string) => (key: string) =>
      anyone.as('ann').post(`/api/v1/bookings/${booking_id}/cancel`, { reason }, keyed(key));
    return { ask: post('ill'), askOtherwise: post('bored') };
  },
};

describe.each(Object.entries(CASES))('%s', (_, given) => {
  it('the same key and body have one effect and one answer; another body is refused', async () => {
    const { ask, askOtherwise } = await given();
    const first = await ask('key-1');
    expect(first.status, first.text).toBeLessThan(300);
    const second = await ask('key-1');
    expect({ status: second.status, text: second.text }).toEqual({ status: first.status, text: first.text });
    expectRefusal(await askOtherwise('key-1'), {
      status: 422,
      code: 'IDEMPOTENCY_MISMATCH',
      message: 'This Idempotency-Key was used with another request',
    });
    expect((await ask('key-1')).text).toBe(first.text);
  });

  it('a key has 1 to 255 printable characters', async () => {
    const { ask } = await given();
    const invalid = {
      status: 400,
      code: 'IDEMPOTENCY_KEY_INVALID',
      message: 'Idempotency-Key must have 1 to 255 printable characters',
    };
    for (const key of ['x'.repeat(256), 'ключ'.normalize().replace(/./g, 'é'), 'a\tb', ''])
      expectRefusal(await ask(key), invalid);
    const answer = await ask('x'.repeat(255));
    expect(answer.status, answer.text).toBeLessThan(300);
  });
});

describe('keys', () => {
  it('of start-sale, which is always the same, are still keys', async () => {
    const { event_id } = await createEvent(organiser);
    const start = (key: string) =>
      organiser.post(`/api/v1/events/${event_id}/start-sale`, undefined, keyed(key));
    expectRefusal(await start('x'.repeat(256)), { status: 400, code: 'IDEMPOTENCY_KEY_INVALID' });
    const first = await start('key-1');
    expect(first.status, first.text).toBe(200);
    expect((await start('key-1')).text).toBe(first.text);
  });

  it('are not needed', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    await hold(anyone, 'ann', eventId, seatIds);
  });

  it('of one buyer are not those of another', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const [first, second] = seatIds as [number, number];
    const ann = bodyOf(await tryHold(anyone, 'ann', eventId, [first], keyed('shared')), 201);
    const bob = bodyOf(await tryHold(anyone, 'bob', eventId, [second], keyed('shared')), 201);
    expect(ann.reservations[0]?.reservation_id).not.toBe(bob.reservations[0]?.reservation_id);
  });

  it('do not mind how the same body is written', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const first = await tryHold(anyone, 'ann', eventId, seatIds, keyed('order'));
    const body = { user_id: 'ann', seat_ids: seatIds, event_id: eventId };
    const second = await anyone.as('ann').post('/api/v1/reservations', body, keyed('order'));
    expect(second.text).toBe(first.text);
  });

  it('are free again after a refusal: nothing happened', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const [first, second] = seatIds as [number, number];
    const theirs = await hold(anyone, 'bob', eventId, [first]);
    expectRefusal(await tryHold(anyone, 'ann', eventId, [first], keyed('again')), {
      status: 409,
      code: 'SEATS_TAKEN',
    });
    bodyOf(await anyone.as('bob').delete(`/api/v1/reservations/${idsOf(theirs)[0]}`));
    bodyOf(await tryHold(anyone, 'ann', eventId, [first], keyed('again')), 201);
    expect(await statusOfSeat(anyone, second)).toBe('AVAILABLE');
  });

  it('sent a hundred times at once have one effect; who comes too soon is told to wait', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => tryHold(anyone, 'ann', eventId, seatIds, keyed('storm'))),
    );
    const made = answers.filter((answer) => answer.status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map((answer) => answer.text)).size).toBe(1);
    for (const answer of answers.filter((each) => each.status !== 201)) {
      expectRefusal(answer, {
        status: 409,
        code: 'IDEMPOTENCY_IN_FLIGHT',
        message: 'The first request with this Idempotency-Key is still running',
      });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    }
  });

  it('under way are 409 for the same body and 422 for another', async () => {
    const slow = await startProgram({ env: { PAYMENT_DELAY_MS: '5000' } });
    try {
      const asked = clientOf(slow);
      const { eventId, seatIds } = await openSale(organiserOf(slow), { rows: 1, seatsInRow: 1 });
      const { booking_id } = await book(asked, 'ann', eventId, seatIds);
      const pay = (payment: string) => tryPay(asked, 'ann', booking_id, payment, keyed('slow'));
      const first = pay('pay_1');
      await eventually(async () => (await pay('pay_1')).status, 409, { everyMillis: 10 });
      expectRefusal(await pay('pay_1'), { status: 409, code: 'IDEMPOTENCY_IN_FLIGHT' });
      expectRefusal(await pay('pay_2'), { status: 422, code: 'IDEMPOTENCY_MISMATCH' });
      const confirmed = await first;
      expect(bodyOf(confirmed).status).toBe('CONFIRMED');
      expect((await pay('pay_1')).text).toBe(confirmed.text);
    } finally {
      await slow.stop();
    }
  });

  it('outlive a restart: the same answers byte for byte, and still no second effect', async () => {
    const answered: { ask(key: string): Promise<Answer>; text: string; status: number }[] = [];
    for (const given of Object.values(CASES)) {
      const { ask } = await given();
      const { text, status } = await ask('kept');
      expect(status, text).toBeLessThan(300);
      answered.push({ ask, text, status });
    }
    const seatsBefore = await allSeats();
    await restart();
    for (const { ask, text, status } of answered) {
      const again = await ask('kept');
      expect({ status: again.status, text: again.text }).toEqual({ status, text });
    }
    expect(await allSeats()).toEqual(seatsBefore);
  });
});

async function allSeats(): Promise<SeatView[]> {
  const ids = Array.from({ length: 60 }, (_, index) => index + 1).join(',');
  return bodyOf(await anyone.get<SeatView[]>(`/api/v1/seats?seat_ids=${ids}`));
}
