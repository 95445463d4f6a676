import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { Unavailable } from '../../src/core/unavailable.ts';

/** What a test can do to the ledger's connection while it runs. */
export interface Faults {
  /** The next transaction is not written: `definite` says so, `silent` leaves the caller in the dark. */
  failNext(kind?: 'definite' | 'silent'): void;
  /** The same, after so many more that go well. */
  failAfter(transactions: number): void;
  /** Transactions wait, unwritten, until the result is called. */
  pause(): () => void;
  /** Transactions that were asked for, the waiting ones included. */
  readonly asked: number;
}

/** Stands between the group committer and a real connection. */
export function withFaults(connection: SqlConnection): { connection: SqlConnection; faults: Faults } {
  let failing: 'definite' | 'silent' | undefined;
  let gate: Promise<void> = Promise.resolve();
  let asked = 0;
  let goingWell = 0;
  const mayGoOn = async () => {
    asked++;
    await gate;
    const kind = goingWell-- > 0 ? undefined : failing;
    if (goingWell < 0) failing = undefined;
    if (kind) throw new Unavailable('a fault of the test', { indefinite: kind === 'silent' });
  };
  return {
    connection: {
      ...connection,
      async transact(batch) {
        await mayGoOn();
        await connection.transact(batch);
      },
      async transaction(run) {
        await mayGoOn();
        return connection.transaction(run);
      },
    },
    faults: {
      get asked() {
        return asked;
      },
      failNext(kind = 'definite') {
        failing = kind;
        goingWell = 0;
      },
      failAfter(transactions) {
        failing = 'definite';
        goingWell = transactions;
      },
      pause() {
        let open: () => void = () => undefined;
        gate = new Promise((resolve) => {
          open = resolve;
        });
        return open;
      },
    },
  };
}
