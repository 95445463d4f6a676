import type { Random } from '../../core/random.ts';
import { onlyUnavailable } from '../../core/unavailable.ts';
import type { Spending, SpendingNews } from '../../http/ports/spending-news.ts';
import type { RedisConnection } from './connection/connection.ts';

const CHANNEL = 'ticketing:{limits}:news';
const NODE_BYTES = 8;

/** One channel; each message names the node that tells. */
export function redisSpendingNews(needs: { connection: RedisConnection; random: Random }): SpendingNews {
  const { connection } = needs;
  const node = needs.random.hex(NODE_BYTES);
  return {
    tell(spending) {
      connection.publish(CHANNEL, JSON.stringify({ node, ...spending })).catch(onlyUnavailable);
    },
    listen: (listener) =>
      connection.subscribe(CHANNEL, {
        message(text) {
          const told = JSON.parse(text) as Spending & { node: string };
          if (told.node !== node) listener({ limit: told.limit, spent: told.spent });
        },
        listening: () => undefined,
      }),
  };
}
