import type { Database } from '../database.ts';

interface Traced {
  traceparent: string | null;
}

/** The place in the trace that last had to do with an order, for what goes on without its buyer. */
export function orderTraces(database: Pick<Database, 'query'>) {
  const one = async (condition: string, value: string | number): Promise<string | undefined> => {
    const sql = `SELECT traceparent FROM orders WHERE ${condition}`;
    const [row] = await database.query<Traced>(sql, [value]);
    return row?.traceparent ?? undefined;
  };
  return {
    ofOrder: (orderId: number) => one('order_id = ?', orderId),
    ofReference: (reference: string) => one('reference = ?', reference),
  };
}
