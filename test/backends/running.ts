import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import type { Announced, Running } from './backend.ts';
import { withFaults } from './faults.ts';
import { HandClock } from './hand-clock.ts';
import { sqlPorts } from './sql-ports.ts';

/** A program from one start to its end. */
export interface Life extends Pick<Running, 'ports' | 'faults' | 'announced'> {
  settled(): Promise<void>;
  end(): Promise<void>;
}

/** A program that ends and starts again on the same data; `now` is its present life. */
export async function restarting<L extends Life>(
  start: () => Promise<L>,
  { clock, afterStop }: { clock: HandClock; afterStop: () => void | Promise<void> },
): Promise<Running & { now(): L }> {
  let life = await start();
  return {
    clock,
    now: () => life,
    get ports() {
      return life.ports;
    },
    get faults() {
      return life.faults;
    },
    get announced() {
      return life.announced;
    },
    settled: () => life.settled(),
    async reopen() {
      await life.end();
      life = await start();
    },
    async stop() {
      await life.end();
      await afterStop();
    },
  };
}

/** A program on a ledger that is opened anew with each start. */
export async function running(
  open: () => SqlConnection | Promise<SqlConnection>,
  { afterStop }: { afterStop: () => void | Promise<void> },
): Promise<Running> {
  const clock = new HandClock();
  const start = async () => {
    const real = await open();
    const { connection, faults } = withFaults(real);
    const announced: Announced[] = [];
    const ports = await sqlPorts(connection, { clock, announced });
    return { faults, announced, ports, settled: ports.settled, end: endOf(ports, real) };
  };
  return restarting(start, { clock, afterStop });
}

/** Waits for what is being written, then lets go of the ledger. */
export function endOf(ports: { settled(): Promise<void> }, ledger: Pick<SqlConnection, 'close'>) {
  return async () => {
    await ports.settled();
    await ledger.close();
  };
}
