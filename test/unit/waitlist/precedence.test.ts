import { describe, expect, it } from 'vitest';
import { precedenceOf } from '../../../src/bridges/precedence.ts';
import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import { HOUR, MINUTE } from '../../../src/core/clock.ts';
import { Once } from '../../../src/core/command.ts';
import { ReservationService } from '../../../src/reservation/service.ts';
import { KnownLines } from '../../../src/waitlist/known-lines.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted, refusedWith } from '../../backends/seat-commands.ts';

const nothingLogged = { find: async () => undefined };
const buyer = (userId: string) => ({
  userId,
  sessionId: null,
  admission: OPEN_ADMISSION,
  key: undefined,
});

/** A hall of two seats, the first held by Bob, at which somebody waits. `afterTheTurn` is done as soon as the line was served. */
async function lineAtHall(afterTheTurn: (giveBack: () => Promise<unknown>) => Promise<unknown>) {
  const { sale, openEvent, clock } = await saleInMemory();
  const { eventId, seatIds } = await openEvent(2);
  const [held, free] = seatIds as [number, number];
  const { holds } = granted(await sale.reservations.hold(eventId, [held], buyer('bob')));
  const giveBack = () => sale.reservations.release(holds[0]?.holdId as number, buyer('bob'));
  const store = { isAnyWaiting: () => true, eventsWaitedFor: async () => [eventId] };
  const precedence = precedenceOf({
    catalog: sale.catalog,
    lines: new KnownLines(store, { isAlone: true }),
    serving: { serve: async () => afterTheTurn(giveBack).then(() => []) },
    seatStore: sale.enquiries,
  });
  const terms = { onSale: true, status: 'on_sale', currency: 'USD', holdMillis: MINUTE, seatsPerBuyer: 20 };
  const reservations = new ReservationService({
    seatStore: sale.seatStore,
    enquiries: sale.enquiries,
    precedence,
    clock,
    once: new Once(nothingLogged),
    halls: { terms: () => terms, hall: async () => undefined, eventOfSeat: () => eventId },
    history: { hold: async () => undefined, holdsOf: async () => [] },
    limits: { seatsPerHold: 10, longestHoldMillis: HOUR, lapsesAllowed: 5, listed: 100 },
  });
  const stateOf = async (seatId: number) => (await sale.enquiries.seats(eventId, [seatId]))?.seats[0]?.state;
  return { eventId, held, free, precedence, stateOf, reservations };
}

describe('where somebody waits for numbered seats', () => {
  it('a seat that comes back after the line was served stays taken for who asked before', async () => {
    const { eventId, held, free, precedence, stateOf } = await lineAtHall((giveBack) => giveBack());
    const refusal = await precedence.refusalFor(eventId, [free, held]);
    expect(refusal).toMatchObject({
      refused: 'SEATS_TAKEN',
      facts: { seats: expect.stringMatching(/^\w+$/) },
    });
    expect(await stateOf(held)).toBe('AVAILABLE');
    // It was free when he asks again, so the line has had its turn.
    expect(await precedence.refusalFor(eventId, [held])).toBeUndefined();
  });

  it('whoever wants seats that were free when he asked may try', async () => {
    const { eventId, free, precedence } = await lineAtHall(async () => undefined);
    expect(await precedence.refusalFor(eventId, [free])).toBeUndefined();
  });

  it('the best seats for somebody are none that came back after the line was served', async () => {
    let wasGivenBack = false;
    const { eventId, free, reservations, stateOf, held } = await lineAtHall(async (giveBack) => {
      if (!wasGivenBack) await giveBack();
      wasGivenBack = true;
    });
    expect(refusedWith(await reservations.holdBest(eventId, { size: 2 }, buyer('dan')))).toBe(
      'NO_ADJACENT_SEATS',
    );
    expect([await stateOf(held), await stateOf(free)]).toEqual(['AVAILABLE', 'AVAILABLE']);
    // They were free when he asks again, so the line has had its turn.
    const { seats } = granted(await reservations.holdBest(eventId, { size: 2 }, buyer('dan')));
    expect(seats.map(({ seatId }) => seatId)).toEqual([held, free]);
  });

  it('the best seats are looked for again when those that were found went to the line', async () => {
    const afterTheTurn: (() => Promise<unknown>)[] = [];
    const { eventId, free, reservations, held } = await lineAtHall(async (giveBack) => {
      const next = afterTheTurn.shift();
      await next?.();
      if (next) await giveBack().catch(() => undefined);
    });
    afterTheTurn.push(() => reservations.hold(eventId, [free], buyer('ann')));
    const { seats } = granted(await reservations.holdBest(eventId, { size: 1 }, buyer('dan')));
    expect(seats.map(({ seatId }) => seatId)).toEqual([held]);
  });

  it('whoever names no seats is told that others wait', async () => {
    const { eventId, precedence } = await lineAtHall(async () => undefined);
    expect(await precedence.refusalFor(eventId)).toMatchObject({ refused: 'WAITLIST_FIRST' });
  });

  it('seats that are of no event are not called taken', async () => {
    const { eventId, held, precedence } = await lineAtHall(async () => undefined);
    expect(await precedence.refusalFor(eventId, [held, 999_999])).toBeUndefined();
    expect(refusedWith((await precedence.refusalFor(eventId, [held])) as never)).toBe('SEATS_TAKEN');
  });
});
