import type { Victim } from '../kill/mixed-loop.ts';
import type { Site } from './site.ts';

/** The nodes of a site, one of which is killed at a time and started again; the other serves meanwhile. */
export function killableNodes({ nodes, door }: Site): Victim {
  let coming: Promise<unknown> = Promise.resolve();
  return {
    running: async () => door,
    killed(dice) {
      const node = nodes[dice.between(0, nodes.length - 1)];
      // On a machine that is too busy for a start in time, it is started again, as whoever runs it would.
      const start = () => node?.start();
      // One after the other: a site without any node is a program that was killed, which is tested apart.
      coming = coming
        .then(() => node?.kill())
        .then(start)
        .catch(start);
    },
    rested: () => coming,
  };
}
