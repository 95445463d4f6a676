import { describe, expect, it } from 'vitest';
import { Alarms } from '../../../src/proof/rush/crowd/alarms.ts';
import { elapsed } from '../../../src/proof/rush/stopwatch.ts';

describe('alarms', () => {
  it('wake nobody early, in order of their times, and say beforehand when', async () => {
    const alarms = new Alarms();
    const woken: number[] = [];
    const start = elapsed();
    const sleep = (millis: number) =>
      new Promise<void>((resolve) => {
        const saidAt = alarms.at(start + millis, () => {
          expect(elapsed()).toBeGreaterThanOrEqual(saidAt);
          woken.push(millis);
          resolve();
        });
        expect(saidAt).toBeGreaterThanOrEqual(start + millis);
      });
    await Promise.all([60, 20, 40].map(sleep));
    expect(woken).toEqual([20, 40, 60]);
  });

  it('ring for whoever lies down again while they ring, and after a time in which nobody slept', async () => {
    const alarms = new Alarms();
    let times = 0;
    await new Promise<void>((resolve) => {
      const again = () => (++times === 3 ? resolve() : void alarms.at(elapsed(), again));
      again();
    });
    expect(times).toBe(3);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = elapsed();
    await alarms.sleep(10);
    expect(elapsed() - before).toBeGreaterThanOrEqual(10);
  });
});
