import { describe, expect, it } from 'vitest';
import { AcceptedHere } from '../../../../src/adapters/sql/request-rows/accepted-here.ts';
import { MINUTE } from '../../../../src/core/clock.ts';
import { newRequest } from '../../../../src/request-queue/request.ts';
import { HandClock } from '../../../backends/hand-clock.ts';

const LANE = { eventId: 1, lane: 'normal' } as const;

function request(place: number, acceptedAt: number, eventId: number = LANE.eventId) {
  const of = { userId: 'ann', sessionId: null, seatIds: [7], admissionId: null, way: undefined };
  return newRequest({ requestId: `${eventId}/${place}`, eventId, lane: 'normal', ...of }, place, acceptedAt);
}

function accepted() {
  const clock = new HandClock();
  const here = new AcceptedHere(clock);
  const add = (place: number, eventId?: number) => here.add(request(place, clock.now(), eventId));
  return { clock, here, add };
}

describe('requests as this node accepted them', () => {
  it('are known by their place in the lane of their event, until that was passed', () => {
    const { here, add } = accepted();
    for (const place of [1, 2, 5]) add(place);
    add(1, 2);
    expect(here.at(LANE, 2)?.requestId).toBe('1/2');
    expect(here.at(LANE, 3)).toBeUndefined();
    expect(here.at({ ...LANE, lane: 'high' }, 2)).toBeUndefined();
    here.passed(LANE, 4);
    expect([1, 2, 5].map((place) => here.at(LANE, place)?.place)).toEqual([undefined, undefined, 5]);
    expect(here.at({ ...LANE, eventId: 2 }, 1)?.requestId).toBe('2/1');
  });

  it('are so many at most; those that waited for long make room for new ones', () => {
    const { clock, here, add } = accepted();
    for (let place = 1; place <= 50_001; place++) add(place);
    expect(here.at(LANE, 50_000)).toBeDefined();
    expect(here.at(LANE, 50_001)).toBeUndefined();
    clock.advance(MINUTE + 1);
    add(50_002);
    expect(here.at(LANE, 50_002)).toBeDefined();
    expect(here.at(LANE, 1)).toBeUndefined();
  });
});
