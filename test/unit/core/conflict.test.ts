import { describe, expect, it } from 'vitest';
import { Conflict, untilFirst } from '../../../src/core/conflict.ts';
import { afterEffect, Unavailable } from '../../../src/core/unavailable.ts';

/** Ends one after the other as given, and says how often it was tried. */
function endings(...ends: (() => unknown)[]) {
  let tries = 0;
  const run = async () => ends[tries++]?.();
  return { run, tries: () => tries };
}

const lose = () => {
  throw new Conflict('somebody was first');
};
const loseAfterEffect = () => afterEffect(async () => lose());
const fail = () => {
  throw new Unavailable('away');
};
const gone = () => 'gone';

describe('what is begun again until it is first', () => {
  it('is tried while others are first, and answered as soon as they are not', async () => {
    const { run, tries } = endings(lose, lose, () => 'done');
    expect(await untilFirst(3, run, gone)).toBe('done');
    expect(tries()).toBe(3);
  });

  it('is given up after so many tries', async () => {
    const { run, tries } = endings(lose, lose, () => 'done');
    expect(await untilFirst(2, run, gone)).toBe('gone');
    expect(tries()).toBe(2);
  });

  it('is not tried again for another reason', async () => {
    const { run, tries } = endings(fail, () => 'done');
    await expect(untilFirst(3, run, gone)).rejects.toThrow('away');
    expect(tries()).toBe(1);
  });

  it.each([
    ['nothing was done before: it is definite', lose, false],
    ['an earlier try had effect: it is indefinite', loseAfterEffect, true],
  ])('fails later, and %s', async (_, first, indefinite) => {
    const { run } = endings(first, lose, fail);
    await expect(untilFirst(3, run, gone)).rejects.toMatchObject({ message: 'away', indefinite });
    const { run: again } = endings(first, lose);
    await expect(untilFirst(2, again, fail)).rejects.toMatchObject({ message: 'away', indefinite });
  });
});
