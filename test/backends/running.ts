import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import type { Announced, Running } from './backend.ts';
import { withFaults } from './faults.ts';
import { HandClock } from './hand-clock.ts';
import { sqlPorts } from './sql-ports.ts';

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
    return { real, faults, announced, ports: await sqlPorts(connection, { clock, announced }) };
  };
  let now = await start();
  const end = async () => {
    await now.ports.settled();
    await now.real.close();
  };
  return {
    clock,
    get ports() {
      return now.ports;
    },
    get faults() {
      return now.faults;
    },
    get announced() {
      return now.announced;
    },
    settled: () => now.ports.settled(),
    async reopen() {
      await end();
      now = await start();
    },
    async stop() {
      await end();
      await afterStop();
    },
  };
}
