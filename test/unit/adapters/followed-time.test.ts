import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FollowedTime } from '../../../src/adapters/redis/connection/followed-time.ts';
import { HOUR, SECOND } from '../../../src/core/clock.ts';
import { HandClock } from '../../backends/hand-clock.ts';

it('shows the own time plus the offset', () => {
  const own = new HandClock(1_000);
  const time = new FollowedTime(own, { offset: HOUR, notBefore: 0 });
  own.advance(5);
  expect(time.now()).toBe(1_005 + HOUR);
});

it('goes forward at once, and backward at half the speed until it is there', () => {
  const own = new HandClock(0);
  const time = new FollowedTime(own, { offset: 0, notBefore: 0 });
  time.aim(SECOND);
  expect(time.now()).toBe(SECOND);
  time.aim(0);
  own.advance(SECOND);
  expect(time.now()).toBe(1.5 * SECOND);
  own.advance(SECOND);
  expect(time.now()).toBe(2 * SECOND);
  own.advance(SECOND);
  expect(time.now()).toBe(3 * SECOND);
});

it('begins no earlier than what the ledger has seen', () => {
  const own = new HandClock(0);
  const time = new FollowedTime(own, { offset: 0, notBefore: 100 });
  expect(time.now()).toBe(100);
  own.advance(400);
  expect(time.now()).toBe(400);
});

it('never runs backwards and never stands still for long, wherever it is aimed', () => {
  const step = fc.record({ aim: fc.integer({ min: -5_000, max: 5_000 }), pass: fc.nat(2_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const own = new HandClock(10_000);
      const time = new FollowedTime(own, { offset: 0, notBefore: 0 });
      let before = time.now();
      for (const { aim, pass } of steps) {
        time.aim(aim);
        own.advance(pass);
        const now = time.now();
        expect(now).toBeGreaterThanOrEqual(before + Math.floor(pass / 2) - 1);
        before = now;
      }
    }),
  );
});
