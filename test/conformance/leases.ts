import { expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { everyWhileHeld, type Lease } from '../../src/core/leases.ts';
import { LEASE_TERM_MILLIS, type Node, type Shared } from '../backends/shared.ts';
import { onShared } from './on-shared.ts';

let count = 0;
const fresh = () => `lease ${++count}`;
const holders = (leases: readonly Lease[]) => leases.filter((lease) => lease.fence() !== undefined);

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error('it does not become so');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function leasesConformance(all: readonly Shared[]): void {
  onShared(all, 'Leases', ({ nodes, running }, { manyNodes, losses }) => {
    it('lease: is had by somebody who tries for it, and kept for longer than a term', async () => {
      const [one] = (await nodes(1)) as [Node];
      const lease = one.leases.lease(fresh());
      await until(() => lease.fence() !== undefined);
      const fence = lease.fence();
      await running().elapse(2 * LEASE_TERM_MILLIS);
      expect(lease.fence()).toBe(fence);
      await lease.release();
      expect(lease.fence()).toBeUndefined();
    });

    it('everyWhileHeld: runs the job with the fence until the lease is given back', async () => {
      const [one] = (await nodes(1)) as [Node];
      const lease = one.leases.lease(fresh());
      const fences: number[] = [];
      const stop = everyWhileHeld(lease, { clock: systemClock(), interval: 5 }, async (fence) => {
        fences.push(fence);
      });
      await until(() => fences.length > 2);
      expect(new Set(fences)).toEqual(new Set([lease.fence()]));
      await lease.release();
      const ran = fences.length;
      await running().elapse(50);
      expect(fences.length).toBe(ran);
      stop();
    });

    if (!manyNodes) return;

    it('lease: is held by one node at most, at any moment', async () => {
      const name = fresh();
      const leases = (await nodes(4)).map((node) => node.leases.lease(name));
      await until(() => holders(leases).length > 0);
      const end = performance.now() + 2 * LEASE_TERM_MILLIS;
      while (performance.now() < end) {
        expect(holders(leases).length).toBeLessThan(2);
        await running().elapse(5);
      }
    });

    it('release: another node has it soon, under a larger fence', async () => {
      const name = fresh();
      const [one, two] = (await nodes(2)) as [Node, Node];
      const first = one.leases.lease(name);
      await until(() => first.fence() !== undefined);
      const fence = first.fence() as number;
      const second = two.leases.lease(name);
      await running().elapse(50);
      expect(second.fence()).toBeUndefined();
      await first.release();
      await until(() => second.fence() !== undefined);
      expect(second.fence()).toBeGreaterThan(fence);
    });

    it('fence: a silent node knows that it lost the lease before another one has it', async () => {
      const name = fresh();
      const [one, two] = await Promise.all([running().node(), running().node()]);
      const first = one.leases.lease(name);
      await until(() => first.fence() !== undefined);
      const fence = first.fence() as number;
      const second = two.leases.lease(name);
      one.die();
      let both = 0;
      await until(() => {
        both += holders([first, second]).length === 2 ? 1 : 0;
        return second.fence() !== undefined;
      });
      expect(both).toBe(0);
      expect(second.fence()).toBeGreaterThan(fence);
    });

    if (!losses.includes('forget')) return;

    it('fence: grows also when the back end has forgotten who held it', async () => {
      const [one] = (await nodes(1)) as [Node];
      const lease = one.leases.lease(fresh());
      await until(() => lease.fence() !== undefined);
      const fence = lease.fence() as number;
      await running().forget();
      await until(() => (lease.fence() ?? 0) > fence);
    });

    it('whenHad: told each time the lease is had', async () => {
      const [one] = (await nodes(1)) as [Node];
      const lease = one.leases.lease(fresh());
      let had = 0;
      lease.whenHad(() => had++);
      await until(() => had === 1);
      await running().elapse(LEASE_TERM_MILLIS);
      expect(had).toBe(1);
      await running().forget();
      await until(() => had === 2);
    });
  });
}
