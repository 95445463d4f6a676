import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { SeatView } from '../../src/contract/seat.ts';
import { bodyOf, clientOf, expectRefusal, organiserOf } from './client.ts';
import { type Program, startProgram } from './program.ts';
import { addSeats, createEvent, hold, seatInputs, startSale } from './sale.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let program: Program;
beforeAll(async () => {
  // Nobody shall be shed because the machine of the tests is slow.
  program = await startProgram({ env: { SHED_DELAY_MS: '0' } });
});
afterAll(() => program?.stop());

it('a hall of 50,000 seats is made in one call, and its map travels in 120 kB', async () => {
  const anyone = clientOf(program);
  const organiser = organiserOf(program);
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
});
