import { describe, expect, it } from 'vitest';
import { EventHolds } from '../../../../src/adapters/redis/seat-store/event-holds.ts';
import { HoldIds } from '../../../../src/adapters/redis/seat-store/hold-ids.ts';
import { Unavailable } from '../../../../src/core/unavailable.ts';
import type { HoldBlock } from '../../../../src/reservation/ports/shared-seat-ledger.ts';

function ledger() {
  const blocks: HoldBlock[] = [];
  let isDown = false;
  let asked = 0;
  return {
    blocks,
    fail: (down: 'down' | 'up') => {
      isDown = down === 'down';
    },
    get asked() {
      return asked;
    },
    async reserve(eventId: number, count: number) {
      if (isDown) throw new Unavailable('down');
      const last = blocks.at(-1);
      const block = { eventId, first: last ? last.first + last.count + 10 : 1_000, count };
      blocks.push(block);
      return block;
    },
    async blockWith(holdId: number) {
      asked++;
      return blocks.find(({ first, count }) => first <= holdId && holdId < first + count);
    },
  };
}

describe('ids of holds', () => {
  it('are never given twice, and grow', async () => {
    const ids = new HoldIds(1, ledger());
    const taken: number[] = [];
    for (let round = 0; round < 300; round++) taken.push(...(await ids.take(1 + (round % 5))));
    expect(new Set(taken).size).toBe(taken.length);
    expect(taken).toEqual([...taken].sort((a, b) => a - b));
  });

  it('are given in the order of the asking: who wants few does not pass who waits for many', async () => {
    const ids = new HoldIds(1, ledger());
    await ids.take(100);
    const answered: string[] = [];
    const ask = async (count: number, who: string) => {
      await ids.take(count);
      answered.push(who);
    };
    await Promise.all([ask(60, 'first'), ask(1, 'second'), ask(40, 'third'), ask(1, 'fourth')]);
    expect(answered).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('that were given back are given again', async () => {
    const ids = new HoldIds(1, ledger());
    const first = await ids.take(3);
    ids.giveBack(first);
    expect(await ids.take(3)).toEqual(first);
  });

  it('come in ever larger blocks, fetched before they run out', async () => {
    const from = ledger();
    const ids = new HoldIds(1, from);
    for (let round = 0; round < 2_000; round++) await ids.take(1);
    const sizes = from.blocks.map(({ count }) => count);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes.length).toBeLessThan(8);
  });

  it('cannot be had while the ledger is down and the block is used up; then they can again', async () => {
    const from = ledger();
    from.fail('down');
    const ids = new HoldIds(1, from);
    await expect(ids.take(1)).rejects.toThrow(Unavailable);
    from.fail('up');
    expect(await ids.take(1)).toHaveLength(1);
  });
});

describe('the event of a hold', () => {
  it('is found by the block of its id, and remembered', async () => {
    const from = ledger();
    const blocks = [await from.reserve(1, 100), await from.reserve(2, 50), await from.reserve(3, 100)];
    const holds = new EventHolds(from);
    for (const { first, count, eventId } of [...blocks, ...blocks].reverse()) {
      expect(await holds.eventOf(first)).toBe(eventId);
      expect(await holds.eventOf(first + count - 1)).toBe(eventId);
      expect(await holds.eventOf(first + count)).toBeUndefined();
    }
    const { asked } = from;
    await holds.eventOf((blocks[1]?.first ?? 0) + 7);
    expect(from.asked).toBe(asked);
  });
});
