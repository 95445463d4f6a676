import type { Database, SqlConnection } from '../../adapters/sql/database.ts';
import { sqlOrderStore } from '../../adapters/sql/orders/order-store.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { systemRandom } from '../../adapters/system/random.ts';
import { paymentSettings } from '../../compose/payment-settings.ts';
import { composePayments } from '../../compose/payments.ts';
import type { Config } from '../../config.ts';
import { HOUR, MINUTE } from '../../core/clock.ts';
import { Unavailable } from '../../core/unavailable.ts';
import { chargeOf } from '../../order/saga.ts';
import { type Finding, finding } from './finding.ts';

/** What changed less long ago may still be under way, and then the books differ for a moment. */
const AT_REST = 5 * MINUTE;

/** Whether there is a provider outside that can be asked: the mock's book ends with its process. */
export function hasProvider({ payment }: Pick<Config, 'payment'>): boolean {
  return payment.provider !== 'mock';
}

/** Compares the house's book of the latest hours with the provider's. Asks, and changes nothing. */
export async function compareBooks(
  config: Pick<Config, 'payment'>,
  connection: Pick<SqlConnection, 'query' | 'dialect'>,
  { hours, now }: { hours: number; now: number },
): Promise<Finding[]> {
  const database = readOnly(connection);
  const machine = { clock: systemClock(), random: systemRandom(), database };
  const payments = composePayments({ ...machine, settings: paymentSettings(config) });
  const orders = sqlOrderStore(database, { remembered: 0 });
  const charged = {
    async chargeOf(orderId: number) {
      const order = await orders.find(orderId);
      return order?.attempt ? chargeOf(order) : undefined;
    },
  };
  const findings: Finding[] = [];
  const range = { from: now - hours * HOUR, to: now - AT_REST };
  for await (const { orderId, attemptId, flaw } of payments.reconcile(charged, range))
    findings.push(finding(25, `order ${orderId}, attempt ${attemptId}: ${flaw}`));
  return findings;
}

function readOnly(connection: Pick<SqlConnection, 'query' | 'dialect'>): Database {
  const refused = () => Promise.reject(new Unavailable('the ledger is only read'));
  return {
    dialect: connection.dialect,
    lineage: 0,
    query: (sql, params) => connection.query(sql, params),
    commit: refused,
    raise: refused,
    transaction: refused,
    settled: async () => {},
  };
}
