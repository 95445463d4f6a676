import { expect, it } from 'vitest';
import type { Lock } from '../../src/core/locks.ts';
import { LOCK_LIMITS, type Node, type Shared } from '../backends/shared.ts';
import { onShared } from './on-shared.ts';

const soon = () => new Promise((resolve) => setTimeout(resolve, 1));
let count = 0;
/** A key that no other test has. */
const fresh = (scope = 'test') => `${scope}:${++count}`;

/** Resolves to what ends the holding. */
async function held(
  node: Node,
  keys: readonly string[],
): Promise<{ locks: readonly Lock[]; end(): Promise<void> }> {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return new Promise((resolve, reject) => {
    const running = node.locks.multiLock(keys, async (locks) => {
      const finish = async () => {
        end();
        await running;
      };
      resolve({ locks, end: finish });
      await ended;
    });
    running.then((ran) => ran === undefined && reject(new Error('not granted')), reject);
  });
}

export function locksConformance(all: readonly Shared[]): void {
  onShared(all, 'Locks', ({ nodes, running }) => {
    it('distributedLock: only one at a time runs, whatever the crowd', async () => {
      const crowd = await nodes(4);
      const key = fresh();
      let inside = 0;
      let together = 0;
      let ran = 0;
      const enter = async (node: Node) => {
        const done = await node.locks.distributedLock(key, async () => {
          together = Math.max(together, ++inside);
          await soon();
          inside--;
          return true;
        });
        if (done) ran++;
      };
      await Promise.all(Array.from({ length: 40 }, (_, index) => enter(crowd[index % 4] as Node)));
      expect(together).toBe(1);
      expect(ran).toBeGreaterThan(1);
    });

    it('distributedLock: gives back what it took, also when what runs throws', async () => {
      const [one, two] = (await nodes(2)) as [Node, Node];
      const key = fresh();
      const failing = one.locks.distributedLock(key, () => Promise.reject(new Error('a mistake')));
      await expect(failing).rejects.toThrow('a mistake');
      expect(await two.locks.distributedLock(key, async () => 'ran')).toBe('ran');
    });

    it('distributedLock: waits for a bounded time, then answers without having run', async () => {
      const [one, two] = (await nodes(2)) as [Node, Node];
      const key = fresh();
      const holding = await held(one, [key]);
      let ran = false;
      const refused = await two.locks.distributedLock(key, async () => {
        ran = true;
        return true;
      });
      expect([refused, ran]).toEqual([undefined, false]);
      await holding.end();
    });

    it('fence: larger with every grant of the key', async () => {
      const crowd = await nodes(2);
      const key = fresh();
      const fences: number[] = [];
      for (let turn = 0; turn < 20; turn++) {
        await (crowd[turn % 2] as Node).locks.distributedLock(key, async ({ fence }) => fences.push(fence));
      }
      expect(fences).toHaveLength(20);
      expect(fences).toEqual([...new Set(fences)].sort((left, right) => left - right));
      expect(Number.isSafeInteger(fences.at(-1))).toBe(true);
    });

    it('ends by itself when its holder is silent, and is not given back twice', async () => {
      const [one, two, three] = (await nodes(3)) as [Node, Node, Node];
      const key = fresh();
      const late = await held(one, [key]);
      await running().elapse(LOCK_LIMITS.timeoutMillis + 50);
      const next = await held(two, [key]);
      expect(next.locks[0]?.fence).toBeGreaterThan(late.locks[0]?.fence as number);
      // The late one ends: the lock is another's by now, and stays so.
      await late.end();
      expect(await three.locks.distributedLock(key, async () => 'ran')).toBeUndefined();
      await next.end();
    });

    it('renew: starts the time anew for its owner, and for nobody who has lost it', async () => {
      const [one, two] = (await nodes(2)) as [Node, Node];
      const key = fresh();
      const first = await held(one, [key]);
      for (let times = 0; times < 3; times++) {
        await running().elapse(LOCK_LIMITS.timeoutMillis / 2);
        expect(await first.locks[0]?.renew()).toBe(true);
      }
      expect(await two.locks.distributedLock(key, async () => 'ran')).toBeUndefined();
      await running().elapse(LOCK_LIMITS.timeoutMillis + 50);
      expect(await first.locks[0]?.renew()).toBe(false);
      const second = await held(two, [key]);
      expect(await first.locks[0]?.renew()).toBe(false);
      expect(await second.locks[0]?.renew()).toBe(true);
      await Promise.all([first.end(), second.end()]);
    });

    it('multiLock: nobody waits in a circle, in whatever order the keys are given', async () => {
      const crowd = await nodes(2);
      const keys = [fresh('one'), fresh('two'), fresh('two'), fresh('three')];
      let inside = 0;
      let together = 0;
      let ran = 0;
      const enter = async (node: Node, wanted: readonly string[]) => {
        const done = await node.locks.multiLock(wanted, async (locks) => {
          together = Math.max(together, ++inside);
          expect(locks.map(({ key }) => key)).toEqual([...wanted].sort());
          await soon();
          inside--;
          return true;
        });
        if (done) ran++;
      };
      const orders = [keys, [...keys].reverse()];
      const rounds = Array.from({ length: 12 }, (_, index) => index);
      await Promise.all(
        rounds.map((index) => enter(crowd[index % 2] as Node, orders[index % 2] as string[])),
      );
      expect(together).toBe(1);
      expect(ran).toBeGreaterThan(1);
    });

    it('multiLock: when one key cannot be had, none is kept', async () => {
      const [one, two] = (await nodes(2)) as [Node, Node];
      const [first, taken, other] = [fresh('a'), fresh('b'), fresh('b')];
      const holding = await held(one, [taken]);
      expect(await two.locks.multiLock([other, taken, first], async () => true)).toBeUndefined();
      expect(await one.locks.multiLock([first, other], async () => 'ran')).toBe('ran');
      await holding.end();
    });

    it('multiLock: a key that is named twice is taken once', async () => {
      const [one] = (await nodes(1)) as [Node];
      const key = fresh();
      expect(await one.locks.multiLock([key, key], async (locks) => locks.length)).toBe(1);
    });
  });
}
