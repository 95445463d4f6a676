import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventLanes } from '../../../src/request-queue/event-lanes.ts';
import { LaneQueue } from '../../../src/request-queue/lane-queue.ts';
import { LANES, type Lane, laneFor, nextLane } from '../../../src/request-queue/policy.ts';
import type { SeatRequest } from '../../../src/request-queue/request.ts';

const lane = fc.constantFrom<Lane>(...LANES);
const requestAt = (place: number, of: Lane = 'normal') =>
  ({ requestId: `r${place}`, place, lane: of, state: 'PENDING' }) as SeatRequest;

describe('the policy', () => {
  it('serves high before normal before low', () => {
    const view = (waiting: number) => ({ waiting, passedOver: 0 });
    expect(nextLane({ high: view(1), normal: view(1), low: view(1) }, 10)).toBe('high');
    expect(nextLane({ high: view(0), normal: view(1), low: view(1) }, 10)).toBe('normal');
    expect(nextLane({ high: view(0), normal: view(0), low: view(1) }, 10)).toBe('low');
    expect(nextLane({ high: view(0), normal: view(0), low: view(0) }, 10)).toBeUndefined();
  });

  it('passes nobody over more often than its bound, whoever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(lane), { maxLength: 300 }),
        fc.integer({ min: 4, max: 12 }),
        (acts, bound) => {
          const lanes = new EventLanes(bound);
          const over = { high: 0, normal: 0, low: 0 };
          let place = 0;
          for (const act of acts) {
            if (act) {
              lanes.add(requestAt(++place, act));
              continue;
            }
            const before = lanes.views();
            const taken = lanes.take();
            for (const each of LANES) {
              over[each] = each === taken?.lane || before[each].waiting === 0 ? 0 : over[each] + 1;
              expect(over[each]).toBeLessThanOrEqual(bound);
            }
          }
        },
      ),
    );
  });

  it('lets what is asked only lower what one is entitled to', () => {
    fc.assert(
      fc.property(lane, fc.option(lane, { nil: undefined }), (entitled, asked) => {
        const given = laneFor(entitled, asked);
        expect(LANES.indexOf(given)).toBeGreaterThanOrEqual(LANES.indexOf(entitled));
        expect(given).toBe(asked && LANES.indexOf(asked) > LANES.indexOf(entitled) ? asked : entitled);
      }),
    );
  });

  it('tells how many come before, as it then turns out', () => {
    const lanes = new EventLanes(10);
    for (let place = 1; place <= 30; place++) lanes.add(requestAt(place, LANES[place % 3] as Lane));
    const told = new Map<string, number>();
    for (let place = 1; place <= 30; place++)
      told.set(`r${place}`, lanes.ahead(requestAt(place, LANES[place % 3] as Lane)));
    let served = 0;
    for (let request = lanes.take(); request; request = lanes.take()) {
      expect(Math.abs((told.get(request.requestId) ?? 0) - served)).toBeLessThanOrEqual(4);
      served++;
    }
  });
});

describe('a lane', () => {
  it('behaves as a plain list would, whatever is taken, removed and put back', () => {
    const act = fc.constantFrom('add', 'add', 'take', 'remove', 'putBack');
    fc.assert(
      fc.property(fc.array(fc.tuple(act, fc.nat()), { maxLength: 200 }), (acts) => {
        const queue = new LaneQueue();
        const list: SeatRequest[] = [];
        const taken: SeatRequest[] = [];
        let place = 0;
        for (const [each, pick] of acts) {
          if (each === 'add') {
            const request = requestAt(++place);
            queue.add(request);
            list.push(request);
          } else if (each === 'take') {
            const request = list.shift();
            expect(queue.take()).toBe(request);
            if (request) taken.push(request);
          } else if (each === 'remove') {
            const [gone] = list.splice(pick % (list.length + 1), 1);
            expect(queue.remove(gone ?? requestAt(10_000))).toBe(gone !== undefined);
          } else {
            const [back] = taken.splice(pick % (taken.length + 1), 1);
            if (!back) continue;
            queue.putBack(back);
            list.push(back);
            list.sort((left, right) => left.place - right.place);
          }
          expect(queue.length).toBe(list.length);
          expect(queue.first).toBe(list[0]);
          for (const [index, request] of list.entries()) expect(queue.before(request.place)).toBe(index);
        }
      }),
    );
  });

  it('takes 100,000 in and gives them out in order', () => {
    const queue = new LaneQueue();
    for (let place = 1; place <= 100_000; place++) queue.add(requestAt(place));
    let inOrder = 0;
    for (let place = 1; place <= 100_000; place++) if (queue.take()?.place === place) inOrder++;
    expect(inOrder).toBe(100_000);
    expect(queue.length).toBe(0);
  });
});
