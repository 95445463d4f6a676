import { describe, expect, it } from 'vitest';
import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import type { Claimant } from '../../../src/core/claimant.ts';
import { MINUTE } from '../../../src/core/clock.ts';
import type { CommandKey } from '../../../src/core/command.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted, refusedWith } from '../../backends/seat-commands.ts';

const claimant = (userId: string, key?: CommandKey): Claimant => ({
  userId,
  sessionId: null,
  admission: OPEN_ADMISSION,
  key,
});

/** A sale of one row of six seats, of which ann holds two. */
async function annHoldsTwo() {
  const running = await saleInMemory();
  const { eventId, seatIds } = await running.openEvent(6);
  const { reservations } = running.sale;
  const { holds } = granted(await reservations.hold(eventId, seatIds.slice(0, 2), claimant('ann')));
  const [first, second] = holds.map(({ holdId }) => holdId) as [number, number];
  return { running, reservations, eventId, seatIds, first, second };
}

describe('a reservation', () => {
  it('of somebody else answers exactly like none', async () => {
    const { reservations, first } = await annHoldsTwo();
    for (const holdId of [first, 987_654_321])
      for (const reply of [
        await reservations.reservation(holdId, 'eve'),
        await reservations.extend(holdId, 5, claimant('eve')),
        await reservations.release(holdId, claimant('eve')),
      ])
        expect(reply).toEqual({ refused: 'RESERVATION_NOT_FOUND' });
    expect(await reservations.releaseMany([first], claimant('eve'))).toEqual({ released: 0 });
  });

  it('that is over says so', async () => {
    const { running, reservations, first } = await annHoldsTwo();
    running.clock.advance(10 * MINUTE);
    await running.sale.seatStore.expireDue();
    expect(refusedWith(await reservations.extend(first, 5, claimant('ann')))).toBe('RESERVATION_EXPIRED');
    expect(refusedWith(await reservations.release(first, claimant('ann')))).toBe('RESERVATION_EXPIRED');
  });

  it('is given back once: asked again it is not active any more', async () => {
    const { reservations, first } = await annHoldsTwo();
    expect(await reservations.release(first, claimant('ann'))).toEqual({ released: 1 });
    expect(refusedWith(await reservations.release(first, claimant('ann')))).toBe('RESERVATION_NOT_ACTIVE');
  });
});

describe('one key for two requests', () => {
  it('harms nobody: the second is refused, and what others do at that moment is kept', async () => {
    const { running, reservations, eventId, seatIds, first, second } = await annHoldsTwo();
    const key = (body: string): CommandKey => ({
      id: 'ann DELETE /api/v1/reservations/:id k',
      bodyHash: body,
    });
    granted(await reservations.release(first, claimant('ann', key('first'))));
    const { lineage } = running.database;
    const [again, bens] = await Promise.all([
      reservations.release(second, claimant('ann', key('second'))),
      reservations.hold(eventId, seatIds.slice(4), claimant('ben')),
    ]);
    expect(refusedWith(again)).toBe('IDEMPOTENCY_MISMATCH');
    granted(bens);
    expect(running.database.lineage).toBe(lineage);
  });
});

describe('seats that cannot be held', () => {
  it('are refused with the reason', async () => {
    const { running, reservations, eventId, seatIds } = await annHoldsTwo();
    const other = await running.openEvent(1);
    const hold = (seats: readonly number[], event = eventId) =>
      reservations.hold(event, seats, claimant('ben'));
    expect(await hold(seatIds)).toMatchObject({ refused: 'SEATS_TAKEN', facts: { seats: 'A1, A2' } });
    expect(refusedWith(await hold(other.seatIds))).toBe('SEAT_OF_OTHER_EVENT');
    expect(refusedWith(await hold([987_654_321]))).toBe('SEATS_UNKNOWN');
    expect(refusedWith(await hold(seatIds, 987_654_321))).toBe('EVENT_NOT_FOUND');
    await running.sale.catalog.change(eventId, { status: 'PAUSED' });
    expect(await hold(seatIds.slice(3))).toMatchObject({
      refused: 'SALE_NOT_OPEN',
      facts: { status: 'PAUSED' },
    });
  });

  it('side by side are refused with the best alternative', async () => {
    const { reservations, eventId, seatIds } = await annHoldsTwo();
    granted(await reservations.hold(eventId, seatIds.slice(3, 4), claimant('ben')));
    const refused = await reservations.holdBest(eventId, { size: 3 }, claimant('eve'));
    expect(refused).toMatchObject({
      refused: 'NO_ADJACENT_SEATS',
      detail: { groups: [seatIds.slice(4), seatIds.slice(2, 3)] },
    });
  });
});
