import { expect, it } from 'vitest';
import type { SeatView } from '../../src/contract/seat.ts';
import { bodyOf, expectRefusal } from './client.ts';
import { addSeats, createEvent, hold, seatInputs, startSale } from './sale.ts';
import { sharedProgram } from './shared-program.ts';

// Nobody shall be shed because the machine of the tests is slow.
const { anyone, organiser } = sharedProgram({ SHED_DELAY_MS: '0' });

it('a hall of 50,000 seats is made in one call, and its map travels in 120 kB', async () => {
  const seats = seatInputs({ rows: 250, seatsInRow: 200 });
  const { event_id } = await createEvent(organiser, { total_seats: seats.length });
  expect(await addSeats(organiser, event_id, seats)).toHaveLength(50_000);
  await startSale(organiser, event_id);
  for (const encoding of ['br', 'gzip']) {
    const answer = await anyone.get(`/api/v1/events/${event_id}/map`, { 'accept-encoding': encoding });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(Number(answer.headers['content-length'])).toBeLessThanOrEqual(120_000);
  }
  const list = bodyOf(await anyone.get<SeatView[]>(`/api/v1/events/${event_id}/seats`));
  expect(list).toHaveLength(50_000);
  const middle = (list[25_000] as SeatView).seat_id;
  await hold(anyone, 'ann', event_id, [middle]);
  const one = [{ seat_number: 'one too many', price: '1' }];
  const tooMany = [...seats.map((seat) => ({ ...seat, seat_number: `+${seat.seat_number}` })), ...one];
  expectRefusal(await organiser.post(`/api/v1/events/${event_id}/seats`, tooMany), {
    status: 422,
    code: 'VALIDATION_FAILED',
  });
  await addSeats(organiser, event_id, tooMany.slice(0, 50_000));
  expectRefusal(await organiser.post(`/api/v1/events/${event_id}/seats`, one), {
    status: 422,
    code: 'HALL_FULL',
  });
});
