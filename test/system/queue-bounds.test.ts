import { describe, expect, it } from 'vitest';
import type { ReservationView } from '../../src/contract/reservation.ts';
import { type Answer, bodyOf, expectRefusal } from './client.ts';
import { eventually } from './eventually.ts';
import { openSale } from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const CROWD = 100;

interface Accepted {
  request_id: string;
}

describe('the queue', () => {
  const { anyone, organiser } = sharedProgram({
    QUEUE_MAX_PER_EVENT: '3',
    QUEUE_MAX_PER_USER: '2',
    SHED_DELAY_MS: '0',
  });
  const ask = (user: string, eventId: number, seatId: number): Promise<Answer<Accepted>> =>
    anyone.as(user).post('/api/v2/reservations', { event_id: eventId, seat_ids: [seatId], user_id: user });
  const seatsOf = async (user: string, eventId: number) => {
    const own = await anyone.as(user).get<ReservationView[]>(`/api/v1/reservations?event_id=${eventId}`);
    return bodyOf(own).length;
  };
  const ended = (user: string, { request_id }: Accepted) =>
    eventually(
      async () =>
        bodyOf(await anyone.as(user).get<{ status: string }>(`/api/v2/reservations/${request_id}`)).status,
      'completed',
    );
  const refused = (answer: Answer<unknown>, no: { status: number; code: string }) => {
    expect(expectRefusal(answer, no).indefinite).toBeUndefined();
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  };

  it('of an event takes no more than it may: the others are told when to come again, and have nothing', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: CROWD });
    const answers = await Promise.all(seatIds.map((seatId, index) => ask(`one ${index}`, eventId, seatId)));
    const taken = answers.map(({ status }) => status === 202);
    expect(taken).toContain(true);
    expect(taken).toContain(false);
    for (const [index, answer] of answers.entries()) {
      if (taken[index]) await ended(`one ${index}`, answer.body);
      else refused(answer, { status: 503, code: 'QUEUE_FULL' });
      expect(await seatsOf(`one ${index}`, eventId)).toBe(taken[index] ? 1 : 0);
    }
  });

  it('of a user takes no more than it may, and serves what it took', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 20 });
    const answers = await Promise.all(seatIds.map((seatId) => ask('many', eventId, seatId)));
    const taken = answers.filter(({ status }) => status === 202);
    for (const answer of answers) {
      if (answer.status === 202) await ended('many', answer.body);
      else refused(answer, { status: 429, code: 'REQUEST_LIMIT' });
    }
    expect(taken.length).toBeLessThan(answers.length);
    expect(await seatsOf('many', eventId)).toBe(taken.length);
  });
});
