import { describe, expect, it } from 'vitest';
import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import type { Claimant } from '../../../src/core/claimant.ts';
import { MINUTE, SECOND } from '../../../src/core/clock.ts';
import type { CommandKey } from '../../../src/core/command.ts';
import { holdTerms } from '../../../src/reservation/hold-terms.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted, refusedWith } from '../../backends/seat-commands.ts';

const claimant = (userId: string, key?: CommandKey): Claimant => ({
  userId,
  sessionId: null,
  admission: OPEN_ADMISSION,
  key,
});

async function hall() {
  const running = await saleInMemory();
  const { eventId, seatIds } = await running.openEvent(5);
  const { holds } = running.sale.editions;
  const states = async () =>
    (await running.sale.seatStore.seats(eventId))?.seats.map(({ state, claim }) => claim?.userId ?? state);
  return { running, eventId, seatIds: seatIds as [number, number, number, number, number], holds, states };
}

describe('the terms of a hold', () => {
  const limits = { seatsPerHold: 10, longestHoldMillis: 9, lapsesAllowed: 5, listed: 1 };
  const event = { onSale: true, status: 'ON_SALE', currency: 'USD', holdMillis: 7, seatsPerBuyer: 4 };

  it('are the event’s, unless the buyer wants less', () => {
    expect(holdTerms(limits, event, {})).toMatchObject({
      holdMillis: 7,
      liveSeatsPerBuyer: 4,
      lapsesAllowed: 5,
    });
    expect(holdTerms(limits, event, { holdMillis: 3, liveSeats: 1 })).toMatchObject({
      holdMillis: 3,
      liveSeatsPerBuyer: 1,
    });
    expect(holdTerms(limits, event, { liveSeats: 9 }).liveSeatsPerBuyer).toBe(4);
  });

  it('do not limit those per buyer whom nothing tells apart', () => {
    const terms = holdTerms(limits, event, { anonymous: true });
    expect(terms.liveSeatsPerBuyer).toBe(Number.MAX_SAFE_INTEGER);
    expect(terms.lapsesAllowed).toBe(Number.MAX_SAFE_INTEGER);
    expect(terms.seatsPerHold).toBe(10);
  });
});

describe('the only seat of a buyer', () => {
  it('is swapped in one step, and the same again is the same hold', async () => {
    const { eventId, seatIds, holds, states } = await hall();
    const [first, second] = seatIds;
    const one = granted(await holds.holdOnly(eventId, first, claimant('ann')));
    expect(granted(await holds.holdOnly(eventId, first, claimant('ann')))).toEqual(one);
    granted(await holds.holdOnly(eventId, second, claimant('ann')));
    expect(await states()).toEqual(['AVAILABLE', 'ann', 'AVAILABLE', 'AVAILABLE', 'AVAILABLE']);
    granted(await holds.holdOnly(eventId, first, claimant('ben')));
    expect(refusedWith(await holds.holdOnly(eventId, first, claimant('ann')))).toBe('SEATS_TAKEN');
    expect(await states()).toEqual(['ben', 'ann', 'AVAILABLE', 'AVAILABLE', 'AVAILABLE']);
  });

  it('is one, however many are asked for at once', async () => {
    const { eventId, seatIds, holds, states } = await hall();
    await Promise.all(seatIds.map((seatId) => holds.holdOnly(eventId, seatId, claimant('ann'))));
    expect((await states())?.filter((state) => state === 'ann')).toHaveLength(1);
  });

  it('with a key is taken once', async () => {
    const { eventId, seatIds, holds } = await hall();
    const [first, second] = seatIds;
    const key = { id: 'ann holds', bodyHash: 'first' };
    const held = granted(await holds.holdOnly(eventId, first, claimant('ann', key)));
    granted(await holds.holdOnly(eventId, second, claimant('ann')));
    expect(granted(await holds.holdOnly(eventId, first, claimant('ann', key))).hold).toEqual(held.hold);
  });
});

describe('a hold that is named by its seat', () => {
  it('lasts as long as is wanted, and is extended from its end', async () => {
    const { running, eventId, seatIds, holds } = await hall();
    const [first] = seatIds;
    const { hold } = granted(await holds.hold(eventId, first, claimant('ann'), { holdMillis: 5 * SECOND }));
    expect(hold.expiresAt - running.clock.now()).toBe(5 * SECOND);
    const extended = granted(await holds.extend(eventId, first, 30 * SECOND, claimant('ann')));
    expect(extended.hold.expiresAt - hold.expiresAt).toBe(30 * SECOND);
  });

  it('says what became of it', async () => {
    const { running, eventId, seatIds, holds } = await hall();
    const [first, second, third] = seatIds;
    const ways = [
      (seat: number, event = eventId) => holds.extend(event, seat, SECOND, claimant('ann')),
      (seat: number, event = eventId) => holds.release(event, seat, claimant('ann')),
    ];
    granted(await holds.hold(eventId, second, claimant('ben')));
    granted(await holds.hold(eventId, third, claimant('ann')));
    granted(await running.sale.orders.create(eventId, [third], 'ann', undefined));
    for (const way of ways) {
      expect(refusedWith(await way(first))).toBe('RESERVATION_EXPIRED');
      expect(refusedWith(await way(second))).toBe('SEAT_NOT_YOURS');
      expect(refusedWith(await way(third))).toBe('RESERVATION_NOT_ACTIVE');
      expect(refusedWith(await way(987_654_321))).toBe('SEAT_NOT_FOUND');
      expect(refusedWith(await way(first, 987_654_321))).toBe('EVENT_NOT_FOUND');
    }
  });

  it('is refused for a sold seat in other words than for a held one', async () => {
    const { running, eventId, seatIds, holds } = await hall();
    const [first] = seatIds;
    granted(await holds.hold(eventId, first, claimant('ann')));
    expect(refusedWith(await holds.hold(eventId, first, claimant('ben')))).toBe('SEATS_TAKEN');
    const purchase = { eventId, seatId: first, userId: 'ann', paymentId: 'p' };
    granted(await running.sale.orders.checkout.buy(purchase, undefined));
    expect(refusedWith(await holds.hold(eventId, first, claimant('ben')))).toBe('SEAT_SOLD');
  });

  it('is given back with a key once, and answered the same again', async () => {
    const { eventId, seatIds, holds } = await hall();
    const [first] = seatIds;
    const key = { id: 'ann gives back', bodyHash: 'first' };
    granted(await holds.hold(eventId, first, claimant('ann')));
    expect(granted(await holds.release(eventId, first, claimant('ann', key)))).toEqual({ released: 1 });
    expect(granted(await holds.release(eventId, first, claimant('ann', key)))).toEqual({ released: 1 });
  });
});

describe('whoever goes', () => {
  it('gives back what he holds, and the house what anybody holds', async () => {
    const { running, eventId, seatIds, holds, states } = await hall();
    for (const [index, seatId] of seatIds.entries())
      granted(await holds.hold(eventId, seatId, claimant(index < 2 ? 'ann' : `buyer ${index}`)));
    expect(await holds.releaseAllOf(eventId, 'ann')).toBe(2);
    expect(await holds.releaseEvery(eventId, 'organiser')).toBe(3);
    expect(await holds.releaseEvery(eventId, 'organiser')).toBe(0);
    expect(new Set(await states())).toEqual(new Set(['AVAILABLE']));
    running.clock.advance(MINUTE);
    const history = granted(await running.sale.enquiries.seatHistory(seatIds[4]));
    expect(history.at(-1)).toMatchObject({ cause: 'release', actor: 'organiser' });
  });
});

describe('those whom nothing tells apart', () => {
  it('are not limited by each other', async () => {
    const { running, eventId, seatIds, holds } = await hall();
    const nobody: Claimant = { ...claimant('anonymous'), anonymous: true };
    for (let round = 0; round < 8; round++) {
      for (const seatId of seatIds)
        granted(await holds.hold(eventId, seatId, nobody, { holdMillis: SECOND }));
      running.clock.advance(2 * SECOND);
      await running.sale.seatStore.expireDue();
    }
    const named = await holds.hold(eventId, seatIds[0], claimant('anonymous'));
    expect(refusedWith(named), 'who says that this is his name is').toBe('HOLD_CHURN');
  });
});
