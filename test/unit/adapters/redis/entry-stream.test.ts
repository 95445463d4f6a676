import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Entry } from '../../../../src/adapters/redis/seat-store/entry.ts';
import { EntryStream } from '../../../../src/adapters/redis/seat-store/entry-stream.ts';
import { systemClock } from '../../../../src/adapters/system/clock.ts';

function entryText(sequence: number, { generation = 7, node = 'other' } = {}): string {
  return `${sequence},${generation},${generation},1000,${node},ann,\n${sequence},AHh,1,A`;
}

function listening() {
  const told: number[] = [];
  let missed: () => void = () => undefined;
  const gap = new Promise<void>((resolve) => {
    missed = resolve;
  });
  const stream = new EntryStream({
    node: 'here',
    clock: systemClock(),
    entry: ({ sequence }) => told.push(sequence),
    gap: () => missed(),
  });
  return { stream, told, gap };
}

describe('the entries of an event', () => {
  it('are told once and in order, however they come', () => {
    const order = fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 8 });
    fc.assert(
      fc.property(order, order, (answers, channel) => {
        const { stream, told } = listening();
        stream.beginAt(7, 0);
        answers.forEach((sequence, index) => {
          stream.take(new Entry(entryText(sequence)));
          stream.hear(entryText(channel[index] as number));
        });
        expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
        stream.close();
      }),
    );
  });

  it('may be told many at once', () => {
    const { stream, told } = listening();
    stream.beginAt(7, 0);
    stream.hear([1, 2, 3].map((sequence) => entryText(sequence)).join('\n\n'));
    stream.hear([3, 4].map((sequence) => entryText(sequence)).join('\n\n'));
    stream.hear([5, 6].map((sequence) => entryText(sequence, { node: 'here' })).join('\n\n'));
    expect(told).toEqual([1, 2, 3, 4]);
    stream.close();
  });

  it('of this node come with its answers, not from the channel', () => {
    const { stream, told } = listening();
    stream.beginAt(7, 0);
    stream.hear(entryText(1, { node: 'here' }));
    expect(told).toEqual([]);
    stream.take(new Entry(entryText(1, { node: 'here' })));
    expect(told).toEqual([1]);
  });

  it('of an earlier load are dropped, and those of a later one begin anew', () => {
    const { stream, told } = listening();
    stream.beginAt(7, 0);
    stream.hear(entryText(1));
    stream.beginAt(8, 0);
    stream.hear(entryText(2));
    stream.hear(entryText(1, { generation: 8 }));
    expect(told).toEqual([1, 1]);
    expect(stream.generation).toBe(8);
  });

  it('that miss one before them wait, and then say that it was missed', async () => {
    const { stream, told, gap } = listening();
    stream.beginAt(7, 0);
    stream.hear(entryText(2));
    expect(told).toEqual([]);
    expect(stream.hasGap).toBe(true);
    await gap;
    stream.beginAt(7, 1);
    expect(told).toEqual([2]);
    expect(stream.hasGap).toBe(false);
  });

  it('reached: resolves when an entry has been told, and not before', async () => {
    const { stream } = listening();
    stream.beginAt(7, 3);
    expect(await stream.reached(3)).toBe(true);
    const fifth = stream.reached(5);
    stream.hear(entryText(4));
    stream.hear(entryText(5));
    expect(await fifth).toBe(true);
    const never = stream.reached(6);
    stream.close();
    expect(await never).toBe(false);
  });
});
