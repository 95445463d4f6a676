import { expect, it } from 'vitest';
import { every } from '../../../src/core/every.ts';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { HandClock } from '../../backends/hand-clock.ts';

const soon = () => new Promise(setImmediate);

it('runs again an interval after the job last ended, never two at once', async () => {
  const clock = new HandClock(0);
  const started: number[] = [];
  let end: () => void = () => undefined;
  const stop = every(clock, 100, () => {
    started.push(clock.now());
    return new Promise((resolve) => {
      end = resolve;
    });
  });
  clock.advance(99);
  expect(started).toEqual([]);
  clock.advance(1);
  clock.advance(500);
  expect(started).toEqual([100]);
  end();
  await soon();
  clock.advance(99);
  expect(started).toEqual([100]);
  clock.advance(1);
  expect(started).toEqual([100, 700]);
  stop();
});

it('goes on after Unavailable', async () => {
  const clock = new HandClock(0);
  let runs = 0;
  const stop = every(clock, 100, async () => {
    runs++;
    throw new Unavailable('down');
  });
  for (let round = 0; round < 3; round++) {
    clock.advance(100);
    await soon();
  }
  expect(runs).toBe(3);
  stop();
});

it('ends when told, also while the job runs', async () => {
  const clock = new HandClock(0);
  let runs = 0;
  const stop = every(clock, 100, async () => {
    runs++;
  });
  clock.advance(100);
  stop();
  await soon();
  clock.advance(1_000);
  expect(runs).toBe(1);
});
