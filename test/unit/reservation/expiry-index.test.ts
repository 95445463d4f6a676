import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExpiryIndex } from '../../../src/reservation/expiry-index.ts';

const step = fc.oneof(
  fc.record({ add: fc.nat(50), holdId: fc.nat(1_000) }),
  fc.record({ takeDueAt: fc.nat(60) }),
);

it('gives out what a sorted list gives out, in the same order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const index = new ExpiryIndex();
      let list: { at: number; holdId: number }[] = [];
      for (const each of steps) {
        if ('add' in each) {
          index.add(each.add, each.holdId);
          list.push({ at: each.add, holdId: each.holdId });
          list.sort((a, b) => a.at - b.at || a.holdId - b.holdId);
        } else {
          const [first] = list;
          const due = first && first.at <= each.takeDueAt ? first : undefined;
          if (due) list = list.slice(1);
          expect(index.takeDue(each.takeDueAt)).toEqual(due);
        }
        expect(index.size).toBe(list.length);
        expect(index.nextAt()).toBe(list[0]?.at);
      }
    }),
  );
});
