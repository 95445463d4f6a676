import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  EMPTY_LINE,
  joined,
  type Line,
  type LineTerms,
  letIn,
  resold,
} from '../../../src/waiting-room/series-line/line.ts';

const TERMS: LineTerms = { queueMax: 5, batch: 2, interval: 10_000, activeMillis: 300_000 };
const NOW = 1_000_000;

function lineOf(...userIds: string[]): Line {
  return userIds.reduce<Line>((line, userId) => {
    const next = joined(line, userId, NOW, TERMS);
    if (next === 'full') throw new Error('the line is full');
    return next;
  }, EMPTY_LINE);
}

it('people stand in the order in which they came, and who comes again keeps his place', () => {
  const line = lineOf('ann', 'ben', 'cid');
  expect(joined(line, 'ann', NOW + 1, TERMS)).toBe(line);
  expect(line.waiting).toEqual(['ann', 'ben', 'cid']);
});

it('a line that is full takes nobody more', () => {
  const line = lineOf('a', 'b', 'c', 'd', 'e');
  expect(joined(line, 'f', NOW, TERMS)).toBe('full');
  expect(joined(line, 'e', NOW, TERMS)).toBe(line);
});

it('the first in line waits for the whole interval', () => {
  const line = lineOf('ann');
  expect(letIn(line, NOW + 9_999, TERMS).admitted).toEqual([]);
  expect(letIn(line, NOW + 10_000, TERMS).admitted).toEqual(['ann']);
});

it('a batch comes in, and then nobody for the interval, also when the line was empty in between', () => {
  const after = letIn(lineOf('ann', 'ben'), NOW + 10_000, TERMS);
  expect(after.admitted).toEqual(['ann', 'ben']);
  const next = joined(after.line, 'cid', NOW + 10_001, TERMS) as Line;
  expect(letIn(next, NOW + 19_999, TERMS).admitted).toEqual([]);
  expect(letIn(next, NOW + 20_001, TERMS).admitted).toEqual(['cid']);
});

it('seats that come back let in at most a batch beside the batches of an interval', () => {
  let line = lineOf('a', 'b', 'c', 'd');
  const came: string[] = [];
  for (let seat = 0; seat < 4; seat++) {
    const step = resold(line, NOW + seat, TERMS);
    line = step.line;
    came.push(...step.admitted);
  }
  expect(came).toEqual(['a', 'b']);
  expect(resold(line, NOW + 10_000, TERMS).admitted).toEqual(['c']);
});

it('in no stretch as long as the interval more than a batch comes in, whoever joins and whoever asks when', () => {
  const step = fc.record({
    pause: fc.integer({ min: 0, max: 6_000 }),
    user: fc.integer({ min: 0, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let now = NOW;
      let line = EMPTY_LINE;
      const times: number[] = [];
      for (const { pause, user } of steps) {
        now += pause;
        const next = joined(line, `u${user}`, now, TERMS);
        if (next !== 'full') line = next;
        const { line: left, admitted } = letIn(line, now, TERMS);
        expect(admitted).toEqual(line.waiting.slice(0, admitted.length));
        line = left;
        times.push(...admitted.map(() => now));
      }
      for (const [index, time] of times.entries()) {
        const within = times.slice(index).filter((other) => other < time + TERMS.interval);
        expect(within.length).toBeLessThanOrEqual(TERMS.batch);
      }
    }),
  );
});
