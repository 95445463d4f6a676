import { describe, expect, it } from 'vitest';
import { PASSED_OVER_AT_MOST } from '../../../src/waiting-room/lane-turns.ts';
import { Desk, TERMS } from './rooms.ts';

/** A room with people who came after the opening. */
function openRoom(people: number, terms = TERMS): Desk {
  const desk = new Desk();
  desk.open(terms);
  for (let each = 1; each <= people; each++) desk.join(`user ${each}`, { terms });
  return desk;
}

const fast = { ...TERMS, ratePerSecond: 1_000, burst: 1_000 };

describe('letting people in', () => {
  it('ends a session after six hours, however much it is used', () => {
    const desk = openRoom(1);
    desk.letIn();
    desk.enter('user 1');
    const slide = () => desk.run({ type: 'slide', eventId: 1, userId: 'user 1', admission: 1, terms: TERMS });
    const began = desk.now;
    while (!('refused' in slide())) desk.now += TERMS.sessionMillis / 2;
    expect(desk.now - began).toBe(6 * 3_600_000);
    desk.letIn();
    expect(desk.room.called.size).toBe(0);
  });

  it('obeys rate and burst to the person', () => {
    const desk = openRoom(100);
    expect(desk.letIn().called).toBe(1);
    expect(desk.letIn()).toMatchObject({ called: 0, limit: 'rate', nextAt: desk.now + 100 });
    desk.now += 99;
    expect(desk.letIn().called).toBe(0);
    desk.now += 1;
    expect(desk.letIn().called).toBe(1);
    desk.now += 1_000;
    expect(desk.letIn({ ...TERMS, burst: 5 }).called).toBe(5);
  });

  it('comes again when there is something to do: not at once when everybody is away', () => {
    const desk = openRoom(3);
    desk.now += 10 * TERMS.absentMillis;
    expect(desk.letIn()).toMatchObject({ called: 0, nextAt: undefined });
    desk.showUp('user 2');
    expect(desk.letIn()).toMatchObject({ called: 1, nextAt: desk.now + 100 });
  });

  it('never has more than active_max called or inside, and goes on when somebody leaves', () => {
    const terms = { ...fast, activeMax: 3 };
    const desk = openRoom(10, terms);
    expect(desk.letIn(terms)).toMatchObject({ called: 3, limit: 'active_max' });
    desk.enter('user 1', terms);
    desk.now += 1_000;
    expect(desk.letIn(terms).called).toBe(0);
    desk.run({ type: 'leave', eventId: 1, userId: 'user 1', end: 'LEFT' });
    expect(desk.letIn(terms).called).toBe(1);
    expect(desk.ready()).toEqual(['user 2', 'user 3', 'user 4']);
  });

  it('lets nobody stand before an empty stall: seats left and to come back, less those who look for one', () => {
    const desk = openRoom(10, fast);
    expect(
      desk.letIn(fast, { stock: { left: 2, returning: 1.9, claimants: new Set<string>() } }),
    ).toMatchObject({ called: 3 });
    const stock = { left: 2, returning: 1.9, claimants: new Set(['user 2', 'somebody outside']) };
    expect(desk.letIn(fast, { stock })).toMatchObject({ called: 1, limit: 'inventory' });
    expect(desk.letIn({ ...fast, inventoryAware: false }, { stock }).called).toBe(6);
  });

  it('lets nobody in for a session that ends of somebody who looked for nothing any more', () => {
    const desk = openRoom(5, fast);
    desk.letIn({ ...fast, activeMax: 2 });
    for (const userId of ['user 1', 'user 2']) desk.enter(userId, { ...fast, sessionMillis: 1_000 });
    const stock = { left: 1, returning: 0, claimants: new Set(['user 1', 'user 2']) };
    desk.now += 1_000;
    expect(desk.letIn(fast, { stock })).toMatchObject({ called: 1, limit: 'inventory' });
  });

  it('slows down with the health of what is behind', () => {
    const desk = openRoom(100);
    desk.letIn();
    desk.now += 1_000;
    expect(desk.letIn({ ...TERMS, burst: 10 }, { health: 0.5 })).toMatchObject({
      called: 5,
      limit: 'health',
    });
    desk.now += 1_000;
    expect(desk.letIn({ ...TERMS, burst: 10 }, { health: 0 }).called).toBe(0);
  });

  it.each(['pause', 'close'] as const)('lets nobody in after %s, and goes on after open', (move) => {
    const desk = openRoom(3, fast);
    desk.run({ type: 'move_phase', eventId: 1, move });
    expect(desk.letIn(fast).called).toBe(0);
    desk.run({ type: 'move_phase', eventId: 1, move: 'open' });
    expect(desk.letIn(fast).called).toBe(3);
  });

  it('drained: who waits is let in, nobody else joins', () => {
    const desk = openRoom(2, fast);
    desk.run({ type: 'move_phase', eventId: 1, move: 'drain' });
    expect(desk.join('late')).toMatchObject({ refused: 'ROOM_CLOSED' });
    expect(desk.letIn(fast).called).toBe(2);
  });

  it('serves lanes by their weights', () => {
    const desk = new Desk();
    desk.open(fast);
    for (let each = 0; each < 70; each++) {
      for (const lane of ['high', 'normal', 'low'] as const) desk.join(`${lane} ${each}`, { lane });
    }
    desk.letIn({ ...fast, activeMax: 70 });
    const counts = ['high', 'normal', 'low'].map(
      (lane) => desk.ready().filter((userId) => userId.startsWith(lane)).length,
    );
    expect(counts).toEqual([40, 20, 10]);
  });

  it('starves no lane, however small its weight', () => {
    const terms = { ...fast, weights: { high: 1_000, normal: 1, low: 1 }, activeMax: 10_000 };
    const desk = new Desk();
    desk.open(terms);
    for (let each = 0; each < 500; each++) {
      for (const lane of ['high', 'normal', 'low'] as const) desk.join(`${lane} ${each}`, { lane });
    }
    for (let round = 0; round < 3; round++) {
      desk.now += 300;
      desk.letIn(terms);
    }
    const lanes = desk.ready().map((userId) => userId.split(' ')[0]);
    for (const lane of ['normal', 'low']) {
      let passedOver = 0;
      for (const each of lanes) {
        passedOver = each === lane ? 0 : passedOver + 1;
        expect(passedOver).toBeLessThanOrEqual(PASSED_OVER_AT_MOST);
      }
    }
  });
});

describe('those who are away', () => {
  it('are passed over, keep their place, and come first when they are back', () => {
    const desk = openRoom(4, fast);
    desk.now += 30_000;
    desk.showUp('user 4');
    desk.now += 40_000;
    const slow = { ...fast, activeMax: 1 };
    desk.letIn(slow);
    expect(desk.ready()).toEqual(['user 4']);
    expect(desk.showUp('user 3')).toMatchObject({ state: 'WAITING', place: 3, ahead: 0 });
    expect(desk.showUp('user 1')).toMatchObject({ state: 'WAITING', place: 1, ahead: 0 });
    desk.letIn({ ...fast, activeMax: 3 });
    expect(desk.ready()).toEqual(['user 4', 'user 1', 'user 3']);
  });

  it('do not jam the line: what they do not use, the next ones get', () => {
    const desk = openRoom(1_000, fast);
    desk.now += 61_000;
    desk.showUp('user 1000');
    expect(desk.letIn(fast).called).toBe(1);
    expect(desk.ready()).toEqual(['user 1000']);
  });

  it('wait on when they miss a call, and lose the place with the second', () => {
    const desk = openRoom(1, fast);
    desk.letIn(fast);
    desk.now += TERMS.entryMillis;
    desk.letIn(fast);
    expect(desk.ready()).toEqual([]);
    expect(desk.showUp('user 1')).toMatchObject({ state: 'WAITING', place: 1, ahead: 0 });
    desk.letIn(fast);
    expect(desk.ready()).toEqual(['user 1']);
    desk.now += TERMS.entryMillis;
    desk.letIn(fast);
    expect(desk.showUp('user 1')).toMatchObject({ refused: 'NOT_IN_LINE' });
    expect(desk.room.ends.normal.NO_SHOW).toBe(1);
  });

  it('end their session when it passes without a request, and free the place', () => {
    const terms = { ...fast, activeMax: 1, sessionMillis: 5_000 };
    const desk = openRoom(2, terms);
    desk.letIn(terms);
    desk.enter('user 1', terms);
    desk.now += 4_999;
    desk.showUp('user 2', terms);
    expect(desk.letIn(terms).called).toBe(0);
    desk.now += 1;
    expect(desk.letIn(terms).called).toBe(1);
    expect(desk.ready()).toEqual(['user 2']);
  });
});
