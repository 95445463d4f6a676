import { describe, expect, it } from 'vitest';
import { LatestMap } from '../../../src/core/latest-map.ts';

describe('a map of the latest entries', () => {
  it('never has more than it may, and always has the latest', () => {
    const map = new LatestMap<number, string>({ most: 100 });
    for (let key = 0; key < 1_000; key++) {
      map.set(key, `value ${key}`);
      expect(map.size).toBeLessThanOrEqual(100);
      expect(map.get(key)).toBe(`value ${key}`);
    }
    const kept = [...map].map(([key]) => key);
    expect(kept).toEqual(Array.from(kept, (_, index) => 1_000 - kept.length + index));
    expect(kept.length).toBeGreaterThan(90);
  });

  it('takes what is set again for the latest', () => {
    const map = new LatestMap<string, number>({ most: 2 });
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.set('c', 4);
    expect(map.has('a')).toBe(true);
    expect(map.has('b')).toBe(false);
  });

  it('tells of each entry that has to go, and of none that was taken out', () => {
    const gone: [string, number][] = [];
    const map = new LatestMap<string, number>({ most: 2, forgotten: (...entry) => gone.push(entry) });
    map.set('a', 1);
    map.delete('a');
    map.set('b', 2);
    map.set('c', 3);
    map.set('d', 4);
    expect(gone).toEqual([['b', 2]]);
  });

  it('keeps nothing where it may keep nothing', () => {
    const map = new LatestMap<string, number>({ most: 0 });
    map.set('a', 1);
    expect(map.size).toBe(0);
  });

  it('is empty once it is cleared, and tells of nothing', () => {
    const gone: string[] = [];
    const map = new LatestMap<string, number>({ most: 2, forgotten: (key) => gone.push(key) });
    map.set('a', 1);
    map.clear();
    expect([map.size, map.get('a')]).toEqual([0, undefined]);
    expect(gone).toEqual([]);
  });
});
