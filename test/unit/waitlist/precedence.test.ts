import { describe, expect, it } from 'vitest';
import { precedenceOf } from '../../../src/bridges/precedence.ts';
import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import { KnownLines } from '../../../src/waitlist/known-lines.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted, refusedWith } from '../../backends/seat-commands.ts';

const buyer = (userId: string) => ({
  ...{ userId, sessionId: null, admission: OPEN_ADMISSION, key: undefined },
});

/** A hall of two seats, the first held by Bob, at which somebody waits. `afterTheTurn` is done as soon as the line was served. */
async function lineAtHall(afterTheTurn: (giveBack: () => Promise<unknown>) => Promise<unknown>) {
  const { sale, openEvent } = await saleInMemory();
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
  const stateOf = async (seatId: number) => (await sale.enquiries.seats(eventId, [seatId]))?.seats[0]?.state;
  return { eventId, held, free, precedence, stateOf };
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
    expect(await precedence.refusalFor(eventId)).toBeUndefined();
  });

  it('seats that are of no event are not called taken', async () => {
    const { eventId, held, precedence } = await lineAtHall(async () => undefined);
    expect(await precedence.refusalFor(eventId, [held, 999_999])).toBeUndefined();
    expect(refusedWith((await precedence.refusalFor(eventId, [held])) as never)).toBe('SEATS_TAKEN');
  });
});
