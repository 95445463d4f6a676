import type { SqlConnection } from '../../src/adapters/sql/database.ts';
import { SimulatedLedger } from '../../src/adapters/sql/sqlite/simulated-connection.ts';

/** The simulation's ledger on a good day: every commit and query is answered, a turn later. It is born with its tables. */
export function simulatedConnection(): SqlConnection {
  const ledger = new SimulatedLedger({
    after: (_delayMillis, _label, run) => void setImmediate(run),
    commitFate: () => ({ delayMillis: 1, appliesEarly: false, outcome: 'answered' }),
    queryFate: () => ({ delayMillis: 1, readsEarly: false, fails: false }),
    outlivesCrash: () => false,
    committed: () => undefined,
    refused: () => undefined,
  });
  const connection = ledger.connect({ isAlive: true, atEnd: () => undefined });
  return { ...connection, close: async () => ledger.engine.close() };
}
