import { describe, expect, it } from 'vitest';
import type { EventView } from '../../src/contract/event.ts';
import type { SeatView } from '../../src/contract/seat.ts';
import { audited } from './audited.ts';
import { bodyOf, expectRefusal } from './client.ts';
import { openMapSocket } from './map-stream.ts';
import { book, buy, hold, openSale, statusOfSeat, tryBook, tryHold, tryPay } from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const { anyone, organiser, program } = sharedProgram({ SHED_DELAY_MS: '0' });

const STRATEGIES = ['distributed_lock', 'pessimistic', 'optimistic'] as const;
type Strategy = EventView['claim_strategy'];

const choose = (eventId: number, claim_strategy: Strategy) =>
  organiser.patch<EventView>(`/api/v1/events/${eventId}`, { claim_strategy });

describe.each(STRATEGIES)('an event whose seats are claimed by %s', (claim_strategy) => {
  const event = { claim_strategy };

  it('100 buyers for one seat: one gets it, and the others hear what they hear with every strategy', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1, event });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, buyer) => tryHold(anyone, `buyer-${buyer}`, eventId, seatIds)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expectRefusal(answer, { status: 409, code: 'SEATS_TAKEN', message: 'Seats not available: A1' });
  });

  it('sells a hall: hold, extend, release, book, pay, cancel', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 4, event });
    const [first = 0, second = 0] = seatIds;
    await buy(anyone, 'ann', eventId, [first]);
    const { reservations } = await hold(anyone, 'ben', eventId, [second]);
    const path = `/api/v1/reservations/${reservations[0]?.reservation_id}`;
    bodyOf(await anyone.as('ben').post(`${path}/extend`, { additional_minutes: 15 }));
    bodyOf(await anyone.as('ben').delete(path));
    expect(await statusOfSeat(anyone, second)).toBe('AVAILABLE');
    const { booking_id } = await buy(anyone, 'cid', eventId, [second]);
    bodyOf(await anyone.as('cid').post(`/api/v1/bookings/${booking_id}/cancel`, {}));
    expect(await statusOfSeat(anyone, second)).toBe('AVAILABLE');
    expect(await statusOfSeat(anyone, first)).toBe('BOOKED');
  });

  it('a buyer does not get past his limit by asking for many seats at once', async () => {
    const limited = { ...event, max_seats_per_user: 3 };
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 12, event: limited });
    const answers = await Promise.all(seatIds.map((seatId) => tryHold(anyone, 'ann', eventId, [seatId])));
    expect(answers.filter(({ status }) => status === 201).length).toBeLessThanOrEqual(3);
    const held = bodyOf(await anyone.get<SeatView[]>(`/api/v1/events/${eventId}/seats?status=RESERVED`));
    expect(held.length).toBeLessThanOrEqual(3);
  });

  it('best seats for parties that come at once are never the same seats', async () => {
    const { eventId } = await openSale(organiser, { rows: 4, seatsInRow: 6, event });
    const parties = await Promise.all(
      Array.from({ length: 8 }, (_, party) =>
        anyone
          .as(`party-${party}`)
          .post<{ reservations: { seats: SeatView[] }[] }>(`/api/v1/events/${eventId}/best-available`, {
            party_size: 3,
            hold: true,
            user_id: `party-${party}`,
          }),
      ),
    );
    const seats = parties
      .filter(({ status }) => status === 201)
      .flatMap(({ body }) => body.reservations.flatMap((each) => each.seats.map((seat) => seat.seat_id)));
    expect(seats.length).toBeGreaterThan(0);
    expect(new Set(seats).size).toBe(seats.length);
  });

  it('tells the live map', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2, event });
    const stream = await openMapSocket(`${program.url}/api/v1/ws/events/${eventId}/map`);
    await hold(anyone, 'ann', eventId, seatIds.slice(0, 1));
    const patch = await stream.until(({ type }) => type === 'patch');
    expect(patch).toMatchObject({ seats: [[seatIds[0], 'RESERVED']] });
    stream.close();
  });
});

describe('the claim strategy', () => {
  it('changes while nothing is held, and what is sold stays sold', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 3 });
    await buy(anyone, 'ann', eventId, seatIds.slice(0, 1));
    for (const strategy of ['pessimistic', 'atomic', 'optimistic', 'distributed_lock', 'atomic'] as const) {
      expect(bodyOf(await choose(eventId, strategy)).claim_strategy).toBe(strategy);
      expect((await tryHold(anyone, 'ben', eventId, seatIds.slice(0, 1))).status).toBe(409);
      const { reservations } = await hold(anyone, 'ben', eventId, seatIds.slice(1, 2));
      bodyOf(await anyone.as('ben').delete(`/api/v1/reservations/${reservations[0]?.reservation_id}`));
    }
  });

  it('stays while a seat is held or being paid for, but the ways of the rows may mix', async () => {
    const { eventId, seatIds } = await openSale(organiser, {
      rows: 1,
      seatsInRow: 3,
      event: { claim_strategy: 'pessimistic' },
    });
    await hold(anyone, 'ann', eventId, seatIds.slice(0, 1));
    expectRefusal(await choose(eventId, 'atomic'), { status: 409, code: 'CLAIM_STRATEGY_FIXED' });
    expect(bodyOf(await choose(eventId, 'optimistic')).claim_strategy).toBe('optimistic');
    expect((await tryHold(anyone, 'ben', eventId, seatIds.slice(0, 1))).status).toBe(409);
    const { booking_id } = bodyOf(await tryBook(anyone, 'ann', eventId, seatIds.slice(0, 1)), 201);
    expectRefusal(await choose(eventId, 'atomic'), { status: 409, code: 'CLAIM_STRATEGY_FIXED' });
    bodyOf(await tryPay(anyone, 'ann', booking_id));
    expect(bodyOf(await choose(eventId, 'atomic')).claim_strategy).toBe('atomic');
    expect(await statusOfSeat(anyone, seatIds[0] as number)).toBe('BOOKED');
  });

  it('leaves a ledger in which every promise is kept', async () => {
    const { eventId, seatIds } = await openSale(organiser, {
      rows: 1,
      seatsInRow: 3,
      event: { claim_strategy: 'optimistic' },
    });
    await book(anyone, 'ann', eventId, seatIds.slice(0, 2));
    expect((await audited(program.dataDir)).faults).toEqual([]);
  });
});
