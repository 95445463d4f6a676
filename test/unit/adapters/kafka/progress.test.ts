import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Progress } from '../../../../src/adapters/kafka/progress.ts';

describe('how far a partition was dealt with', () => {
  it('is told up to the first record that has not ended', () => {
    const progress = new Progress(10n);
    for (const offset of [10n, 11n, 12n]) progress.begin(offset);
    expect(progress.next).toBe(13n);
    expect(progress.takeEnded()).toBeUndefined();
    progress.end(11n);
    expect(progress.takeEnded()).toBeUndefined();
    progress.end(10n);
    expect(progress.takeEnded()).toBe(12n);
    expect(progress.takeEnded()).toBeUndefined();
    progress.end(12n);
    progress.skipTo(20n);
    expect(progress.takeEnded()).toBe(20n);
    expect(progress.next).toBe(20n);
  });

  it('never passes over a record that is open, in whatever order records end', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...Array(12).keys()], { minLength: 12 }),
        fc.nat(12),
        (order, asked) => {
          const progress = new Progress(0n);
          for (let offset = 0n; offset < 12n; offset++) progress.begin(offset);
          const open = new Set(order);
          for (const [turn, offset] of order.entries()) {
            progress.end(BigInt(offset));
            open.delete(offset);
            if (turn % (asked + 1) !== 0) continue;
            const told = progress.takeEnded();
            if (told !== undefined) expect(Number(told)).toBe(Math.min(12, ...open));
          }
          const last = progress.takeEnded();
          if (last !== undefined) expect(last).toBe(12n);
        },
      ),
    );
  });
});
