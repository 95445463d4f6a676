import { afterAll, beforeAll, describe } from 'vitest';
import type { Backend, Running } from '../backends/backend.ts';

/** Declares a port's suite once for each back end, each started once. `running` may be called within a test only. */
export function onEach(
  backends: readonly Backend[],
  port: string,
  declare: (running: () => Running, backend: Backend) => void,
): void {
  describe.each(backends.map((backend) => ({ name: backend.name, backend })))(
    `${port} on $name`,
    ({ backend }) => {
      let started: Running | undefined;
      beforeAll(async () => {
        started = await backend.start();
      });
      afterAll(() => started?.stop());
      declare(() => {
        if (!started) throw new Error(`${backend.name} has not started`);
        return started;
      }, backend);
    },
  );
}
