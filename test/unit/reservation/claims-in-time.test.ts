import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../src/core/clock.ts';
import type { Hold } from '../../../src/reservation/hold.ts';
import { claimed, granted, holdOn, payFor, refusedWith, sell, TERMS } from '../../backends/seat-commands.ts';
import { hallOfRows } from './halls.ts';
import { CheckedSale } from './sale-model.ts';

const sale = () => new CheckedSale(hallOfRows([5, 4, 3]));

describe('a write with an old fence', () => {
  it.each(['end_payment', 'return_sale'] as const)('%s changes nothing', (type) => {
    const on = sale();
    const old = granted(on.execute(holdOn(1, [1], 'ann'))) as { holds: Hold[] };
    on.execute({ type: 'release_holds', eventId: 1, holdIds: [old.holds[0]?.holdId ?? 0], userId: 'ann' });
    granted(on.execute(holdOn(1, [1], 'ann')));
    granted(on.execute(payFor(1, { orderId: 7, userId: 'ann', seatIds: [1], deadline: on.now + MINUTE })));
    if (type === 'return_sale') {
      const current = [...on.claims.live.values()];
      granted(on.execute(sell(1, 7, 'ann', current)));
    }
    const before = on.hash();
    const seats = claimed(old.holds);
    const command = { eventId: 1, orderId: 7, seats, actor: null };
    const reply =
      type === 'end_payment'
        ? on.execute({ type, ...command, outcome: 'booking_cancelled' })
        : on.execute({ type, ...command });
    expect(reply).toEqual({ freed: 0 });
    expect(on.hash()).toBe(before);
  });
});

describe('a sale', () => {
  function paying(seats: readonly number[]) {
    const on = sale();
    granted(on.execute(holdOn(1, seats, 'ann')));
    const begun = payFor(1, { orderId: 7, userId: 'ann', seatIds: seats, deadline: on.now + 15 * MINUTE });
    const { holds } = granted(on.execute(begun)) as { holds: Hold[] };
    return { on, holds };
  }

  it('asked for again answers the same and changes nothing', () => {
    const { on, holds } = paying([1, 2]);
    const first = granted(on.execute(sell(1, 7, 'ann', holds)));
    const before = on.hash();
    expect(on.execute(sell(1, 7, 'ann', holds))).toEqual(first);
    expect(on.hash()).toBe(before);
  });

  it('given back again changes nothing', () => {
    const { on, holds } = paying([1, 2]);
    granted(on.execute(sell(1, 7, 'ann', holds)));
    const back = { type: 'return_sale', eventId: 1, orderId: 7, seats: claimed(holds), actor: null } as const;
    expect(on.execute(back)).toEqual({ freed: 2 });
    const before = on.hash();
    expect(on.execute(back)).toEqual({ freed: 0 });
    expect(on.hash()).toBe(before);
  });

  it('paid for late takes its free seats anew, under higher fences', () => {
    const { on, holds } = paying([1, 2]);
    on.advance(15 * MINUTE);
    const sold = granted(on.execute(sell(1, 7, 'ann', holds))) as { holds: Hold[] };
    sold.holds.forEach((hold, index) => {
      expect(hold.fence).toBeGreaterThan(holds[index]?.fence ?? 0);
      expect(hold.holdId).not.toBe(holds[index]?.holdId);
    });
    expect(on.claims.counts.SOLD).toBe(2);
  });

  it('paid for late is refused whole when one of its seats has gone', () => {
    const { on, holds } = paying([1, 2]);
    on.advance(15 * MINUTE);
    granted(on.execute(holdOn(1, [2], 'ben')));
    expect(refusedWith(on.execute(sell(1, 7, 'ann', holds)))).toBe('SEATS_LOST');
    expect(on.claims.stateAt(0)).toBe('AVAILABLE');
  });
});

describe('a hold', () => {
  it('is over at its end, not after it', () => {
    const on = sale();
    granted(on.execute(holdOn(1, [1], 'ann')));
    on.advance(TERMS.holdMillis - 1);
    expect(on.claims.counts.HELD).toBe(1);
    on.advance(1);
    expect(on.claims.counts.HELD).toBe(0);
  });

  it('is extended from now, never shortened, and never past its latest end', () => {
    const on = sale();
    const { holds } = granted(on.execute(holdOn(1, [1], 'ann'))) as { holds: Hold[] };
    const { holdId, heldAt } = holds[0] as Hold;
    const extend = (minutes: number) =>
      on.execute({
        type: 'extend_hold',
        eventId: 1,
        holdId,
        userId: 'ann',
        additionalMillis: minutes * MINUTE,
      });
    expect(granted(extend(5))).toMatchObject({ hold: { expiresAt: heldAt + 10 * MINUTE } });
    on.advance(9 * MINUTE);
    expect(granted(extend(15))).toMatchObject({ hold: { expiresAt: heldAt + 24 * MINUTE } });
    on.advance(14 * MINUTE);
    expect(granted(extend(15))).toMatchObject({ hold: { expiresAt: heldAt + 30 * MINUTE } });
    expect(refusedWith(extend(15))).toBe('EXTENSION_LIMIT');
  });

  it('that lapses counts once for the seats held together, and cools its buyer down', () => {
    const on = sale();
    for (let lapse = 0; lapse < TERMS.lapsesAllowed; lapse++) {
      granted(on.execute(holdOn(1, [1, 2, 3], 'ann', { terms: { holdMillis: MINUTE } })));
      on.advance(MINUTE);
    }
    const refused = on.execute(holdOn(1, [1], 'ann'));
    expect(refused).toMatchObject({ refused: 'HOLD_CHURN', retryAfterSeconds: 8 * 60 });
    on.advance(8 * MINUTE);
    granted(on.execute(holdOn(1, [1], 'ann')));
  });

  it('of the same seat twice is refused, not broken', () => {
    expect(refusedWith(sale().execute(holdOn(1, [1, 1], 'ann')))).toBe('DUPLICATE_SEAT_IDS');
  });
});
