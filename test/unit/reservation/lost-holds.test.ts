import { describe, expect, it } from 'vitest';
import { lostHolds } from '../../../src/bridges/lost-holds.ts';
import { MINUTE, SECOND } from '../../../src/core/clock.ts';
import { Unavailable } from '../../../src/core/unavailable.ts';
import type { BuyerEvent } from '../../../src/realtime/ports/buyer-news.ts';
import type { SeatMove } from '../../../src/reservation/claims.ts';
import type { Hold } from '../../../src/reservation/hold.ts';
import type { SeatState } from '../../../src/reservation/seat.ts';
import { HandClock } from '../../backends/hand-clock.ts';

/** What a node hears, and a ledger that knows the holds named in it while it is there. */
function houseWith(inLedger: ReadonlySet<number>) {
  const clock = new HandClock();
  const told: BuyerEvent[] = [];
  const ledger = { isThere: true, asked: [] as (readonly number[])[] };
  const history = {
    async known(_eventId: number, holdIds: readonly number[]) {
      if (!ledger.isThere) throw new Unavailable('the ledger is away');
      ledger.asked.push(holdIds);
      return new Set(holdIds.filter((holdId) => inLedger.has(holdId)));
    },
  };
  const heard = lostHolds({ clock, history, news: { happened: (event) => told.push(event) } });
  const moved = (holdId: number, to: SeatState, eventId = 1) => {
    const times = { heldAt: clock.now(), expiresAt: clock.now() + MINUTE };
    const hold = { holdId, eventId, seatId: holdId * 10, userId: `buyer ${holdId}`, ...times } as Hold;
    heard.seatsMoved(eventId, [{ to, hold } as SeatMove]);
  };
  const pass = async (millis: number) => {
    clock.advance(millis);
    await new Promise(setImmediate);
  };
  return { told, ledger, heard, moved, pass };
}

describe('when the seats of an event were loaded anew', () => {
  it('the buyers of holds that the ledger does not know are told, each once', async () => {
    const { told, heard, moved, pass } = houseWith(new Set([1]));
    for (const holdId of [1, 2, 3]) moved(holdId, 'HELD');
    moved(4, 'HELD', 2);
    heard.seatsReloaded(1, 2);
    heard.seatsReloaded(1, 3);
    await pass(SECOND);
    heard.seatsReloaded(1, 4);
    await pass(SECOND);
    expect(told).toEqual([
      {
        userId: 'buyer 2',
        type: 'reservation_lost',
        data: { reservation_id: 2, event_id: 1, seat_id: 20 },
      },
      {
        userId: 'buyer 3',
        type: 'reservation_lost',
        data: { reservation_id: 3, event_id: 1, seat_id: 30 },
      },
    ]);
  });

  it('nobody is told of a hold that has ended, or that is being paid for: the ledger had it first', async () => {
    const { told, ledger, heard, moved, pass } = houseWith(new Set());
    for (const holdId of [1, 2, 3]) moved(holdId, 'HELD');
    moved(1, 'AVAILABLE');
    moved(2, 'PAYING');
    heard.seatsReloaded(1, 2);
    moved(3, 'AVAILABLE');
    await pass(SECOND);
    expect(told).toEqual([]);
    expect(ledger.asked).toEqual([]);
  });

  it('a ledger that is away is asked again', async () => {
    const { told, ledger, heard, moved, pass } = houseWith(new Set());
    moved(1, 'HELD');
    ledger.isThere = false;
    heard.seatsReloaded(1, 2);
    await pass(5 * SECOND);
    expect(told).toEqual([]);
    ledger.isThere = true;
    await pass(SECOND);
    expect(told.map(({ userId }) => userId)).toEqual(['buyer 1']);
  });

  it('and not any more when the hold would be over by itself', async () => {
    const { told, ledger, heard, moved, pass } = houseWith(new Set());
    moved(1, 'HELD');
    ledger.isThere = false;
    heard.seatsReloaded(1, 2);
    await pass(SECOND);
    await pass(MINUTE);
    ledger.isThere = true;
    await pass(SECOND);
    expect(told).toEqual([]);
    expect(ledger.asked).toEqual([]);
  });
});
