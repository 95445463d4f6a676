import { afterAll, beforeAll, describe } from 'vitest';
import type { Node, Shared, SharedRunning } from '../backends/shared.ts';

/** What a suite about several nodes gets; to be called within a test only. */
export interface Together {
  running(): SharedRunning;
  /** So many nodes, the same for every test of the suite. One that shall die comes from `running().node()`. */
  nodes(count: number): Promise<Node[]>;
}

/** Declares a suite once for each back end that nodes share, each started once. */
export function onShared(
  all: readonly Shared[],
  port: string,
  declare: (together: Together, shared: Shared) => void,
): void {
  describe.each(all.map((shared) => ({ name: shared.name, shared })))(`${port} on $name`, ({ shared }) => {
    let started: SharedRunning | undefined;
    beforeAll(async () => {
      started = await shared.start();
    });
    afterAll(() => started?.stop());
    const running = () => {
      if (!started) throw new Error(`${shared.name} has not started`);
      return started;
    };
    const kept: Node[] = [];
    const nodes = async (count: number) => {
      while (kept.length < count) kept.push(await running().node());
      return kept.slice(0, count);
    };
    declare({ running, nodes }, shared);
  });
}
