import type { Clock } from '../../core/clock.ts';
import type { Leases } from '../../core/leases.ts';

/** Of the one process there is: it holds every lease that it wants. */
export function embeddedLeases(clock: Clock): Leases {
  const fence = clock.now();
  const all = new Set<{ held: boolean }>();
  return {
    lease() {
      const mine = { held: true };
      all.add(mine);
      return {
        fence: () => (mine.held ? fence : undefined),
        whenHad: (listener) => listener(),
        async release() {
          mine.held = false;
          all.delete(mine);
        },
      };
    },
    async close() {
      for (const each of all) each.held = false;
      all.clear();
    },
  };
}
