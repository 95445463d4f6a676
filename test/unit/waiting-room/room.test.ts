import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Standing } from '../../../src/waiting-room/command.ts';
import { LANES, type Lane } from '../../../src/waiting-room/lane.ts';
import type { Room } from '../../../src/waiting-room/room.ts';
import { Desk, TERMS } from './rooms.ts';

describe('a place', () => {
  it('is one per person: joining again answers the same', () => {
    const desk = new Desk();
    desk.open();
    desk.join('ann');
    const first = desk.join('ben');
    expect(desk.join('ben')).toEqual(first);
    expect(first).toMatchObject({ state: 'WAITING', place: 2, ahead: 1 });
  });

  it('is drawn among those who came before the opening, the later ones follow', () => {
    const desk = new Desk();
    const early = Array.from({ length: 50 }, (_, at) => `early ${at}`);
    for (const userId of early) expect(desk.join(userId)).toMatchObject({ place: null, ahead: null });
    desk.run({ type: 'move_phase', eventId: 1, move: 'open' });
    expect(desk.join('between')).toMatchObject({ place: null });
    desk.open();
    const places = early.map((userId) => desk.showUp(userId).place as number);
    expect([...places].sort((a, b) => a - b)).toEqual(early.map((_, at) => at + 1));
    expect(places).not.toEqual(early.map((_, at) => at + 1));
    expect(desk.showUp('between').place).toBe(51);
    expect(desk.join('late').place).toBe(52);
  });

  it('is refused when the room is full, and when it is closed', () => {
    const desk = new Desk();
    const terms = { ...TERMS, queueMax: 1 };
    desk.join('ann', { terms });
    expect(desk.join('ben', { terms })).toMatchObject({
      refused: 'ROOM_FULL',
      facts: { status: 'REJECTED' },
    });
    desk.run({ type: 'move_phase', eventId: 1, move: 'close' });
    expect(desk.join('cat')).toMatchObject({ refused: 'ROOM_CLOSED' });
    expect(desk.showUp('ann')).toMatchObject({ refused: 'ROOM_CLOSED' });
    expect(desk.join('ann')).toMatchObject({ refused: 'ROOM_CLOSED' });
    desk.open();
    expect(desk.join('ann')).toMatchObject({ place: 1 });
  });
});

describe('a call', () => {
  it('is exchanged once, by whom it was made to', () => {
    const desk = new Desk();
    desk.open();
    desk.join('ann');
    desk.join('ben');
    desk.letIn();
    const call = { type: 'enter', eventId: 1, terms: TERMS, admission: 1 } as const;
    expect(desk.run({ ...call, userId: 'ben' })).toMatchObject({ refused: 'ADMISSION_INVALID' });
    expect(desk.run({ ...call, userId: 'ann' })).toMatchObject({
      state: 'ACTIVE',
      until: desk.now + 600_000,
    });
    expect(desk.run({ ...call, userId: 'ann' })).toMatchObject({ refused: 'ADMISSION_USED' });
  });

  it('is worth nothing after its time, after leaving, and after being revoked', () => {
    for (const end of ['time', 'LEFT', 'REVOKED'] as const) {
      const desk = new Desk();
      desk.open();
      desk.join('ann');
      desk.letIn();
      if (end === 'time') desk.now += TERMS.entryMillis;
      else desk.run({ type: 'leave', eventId: 1, userId: 'ann', end });
      expect(
        desk.run({ type: 'enter', eventId: 1, userId: 'ann', admission: 1, terms: TERMS }),
      ).toMatchObject({
        refused: 'ADMISSION_INVALID',
      });
    }
  });
});

describe('a session', () => {
  it('that is over keeps nobody from a new place, though the house has not looked yet', () => {
    const desk = new Desk();
    desk.open();
    desk.join('ann');
    desk.letIn();
    desk.enter('ann');
    desk.now += TERMS.sessionMillis - 1;
    expect(desk.join('ann')).toMatchObject({ state: 'ACTIVE', admission: 1 });
    desk.now += 1;
    expect(desk.join('ann')).toMatchObject({ state: 'WAITING', place: 2, ahead: 0, admission: null });
    desk.letIn();
    expect(desk.showUp('ann')).toMatchObject({ state: 'READY', admission: 2 });
    expect(desk.room.ends.normal).toMatchObject({ EXPIRED: 1 });
  });
});

type Step = {
  deed: 'join' | 'leave' | 'tick' | 'enter' | 'show up' | 'wait' | 'open' | 'restart';
  who: number;
};

const step: fc.Arbitrary<Step> = fc.record({
  deed: fc.constantFrom(
    'join',
    'join',
    'join',
    'leave',
    'tick',
    'tick',
    'enter',
    'show up',
    'wait',
    'open',
    'restart',
  ),
  who: fc.nat(29),
});

describe('any room', () => {
  it('keeps its promises whatever people do', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const terms = {
          ...TERMS,
          ratePerSecond: 3,
          burst: 2,
          activeMax: 4,
          sessionMillis: 4_000,
          entryMillis: 2_000,
        };
        let desk = new Desk();
        const heard = new Map<string, Standing>();
        const calls: number[] = [];
        for (const { deed, who } of steps) {
          const userId = `user ${who}`;
          const lane = LANES[who % 3] as Lane;
          if (deed === 'join') desk.join(userId, { lane, terms });
          else if (deed === 'leave') desk.run({ type: 'leave', eventId: 1, userId, end: 'LEFT' });
          else if (deed === 'enter') desk.enter(userId, terms);
          else if (deed === 'show up') desk.showUp(userId, terms);
          else if (deed === 'wait') desk.now += 700;
          else if (deed === 'open') desk.open(terms);
          else if (deed === 'restart') desk = restarted(desk);
          else for (let n = desk.letIn(terms).called; n > 0; n--) calls.push(desk.now);
          check(desk, terms, calls);
          neverRises(desk, heard);
        }
      }),
      { numRuns: 400 },
    );
  });
});

/** Read anew from the rows that the room would have written. */
function restarted(desk: Desk): Desk {
  const again = new Desk(desk.room.head);
  again.now = desk.now;
  const room = again.room as Room;
  for (const lane of LANES) {
    const people = desk.room.people[lane];
    for (let number = 0; number < people.size; number++) {
      const userId = people.nameOf(number);
      const own = desk.room.placeOf(userId);
      const isHis = own?.lane === lane && own.number === number;
      const ended = {
        lane,
        number,
        userId,
        state: 'LEFT',
        joinedAt: 0,
        admission: null,
        until: null,
        calls: 0,
      } as const;
      room.restore(isHis ? own : ended, desk.now);
    }
  }
  room.restored(desk.now);
  return again;
}

function check({ room, now }: Desk, terms: typeof TERMS, calls: readonly number[]): void {
  expect(room.called.size).toBeLessThanOrEqual(terms.activeMax);
  for (const from of calls) {
    const inWindow = calls.filter((at) => at >= from && at <= now).length;
    expect(inWindow).toBeLessThanOrEqual(((now - from) * terms.ratePerSecond) / 1_000 + terms.burst + 1e-6);
  }
  for (const lane of LANES) {
    const people = room.people[lane];
    const waiting = Array.from({ length: people.size }, (_, number) => number).filter(
      (number) =>
        room.placeOf(people.nameOf(number))?.number === number &&
        people.standingOf(number) < 4 &&
        people.standingOf(number) > 0,
    );
    expect(people.waiting).toBe(waiting.length);
    if (!room.head.drawn) continue;
    const places = waiting.map((number) => people.placeOf(number) as number);
    expect(new Set(places).size).toBe(places.length);
    for (const number of waiting) {
      const place = people.placeOf(number) as number;
      const before = places.filter((each) => each < place && each > people.serving).length;
      expect(people.aheadOf(number)).toBe(place > people.serving ? before : 0);
    }
  }
}

function neverRises({ room }: Desk, heard: Map<string, Standing>): void {
  for (let who = 0; who < 30; who++) {
    const userId = `user ${who}`;
    const own = room.placeOf(userId);
    if (own?.state !== 'WAITING' || !room.head.drawn) {
      heard.delete(userId);
      continue;
    }
    const before = heard.get(userId);
    const ahead = room.people[own.lane].aheadOf(own.number);
    if (before?.number === own.number) expect(ahead).toBeLessThanOrEqual(before.ahead as number);
    heard.set(userId, { ...own, ahead, place: null, eta: null });
  }
}
