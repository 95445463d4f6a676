import { describe, expect, test } from 'vitest';
import { figureText, isMet, wantedText } from '../../../src/proof/bench/finding.ts';
import { growthPicture } from '../../../src/proof/bench/growth-picture.ts';
import { findingsTable } from '../../../src/proof/bench/report.ts';
import { median } from '../../../src/proof/bench/rounds.ts';
import { findingsOf } from '../../../src/proof/bench/scale.ts';

describe('the findings of a bench', () => {
  test('say whether a goal is met, and nothing where none is set', () => {
    const ratio = { goal: 1, what: 'ratio', value: 0.74, unit: '', wanted: { atLeast: 0.75 } };
    expect(isMet(ratio)).toBe(false);
    expect(isMet({ ...ratio, value: 0.75 })).toBe(true);
    expect(isMet({ ...ratio, wanted: { atMost: 0.7 } })).toBe(false);
    expect(isMet({ goal: 1, what: 'p50', value: 3, unit: 'ms' })).toBeUndefined();
    expect(isMet({ ...ratio, value: Number.NaN })).toBe(false);
    expect(wantedText(ratio)).toBe('at least 0.75');
    expect(findingsTable([ratio])).toBe('1  ratio  0.74  at least 0.75  NOT met');
  });

  test('show as many digits as the machine can stand for', () => {
    expect(figureText({ value: 12_345.6, unit: '/s' })).toBe('12,346 /s');
    expect(figureText({ value: 0.756, unit: '' })).toBe('0.76');
    expect(figureText({ value: Number.NaN, unit: 'µs' })).toBe('not known here');
  });

  test('the median is the middle one, or lies between the two in the middle', () => {
    expect(median([9, 1, 3])).toBe(3);
    expect(median([4, 1, 2, 9])).toBe(3);
  });

  test('growth is the cost at the largest size against the smallest; watchers may cost in proportion', () => {
    const costs = [
      { times: 1, micros: 100 },
      { times: 10, micros: 120 },
    ];
    const [ofSeats] = findingsOf({ dimension: 'seats', operation: 'hold', costs });
    const [ofWatchers] = findingsOf({ dimension: 'watchers', operation: 'change shown', costs });
    expect(ofSeats).toMatchObject({ value: 1.2, wanted: { atMost: 1.1 } });
    expect(ofWatchers).toMatchObject({ value: 1.2, wanted: { atMost: 11 } });
  });

  test('the picture has a line for each operation', () => {
    const costs = [1, 3, 10].map((times) => ({ times, micros: 100 * times }));
    const picture = growthPicture([
      { dimension: 'seats', operation: 'hold', costs },
      { dimension: 'watchers', operation: 'change shown', costs },
    ]);
    expect(picture.match(/<path/g)).toHaveLength(2);
    expect(picture).not.toContain('NaN');
  });
});
