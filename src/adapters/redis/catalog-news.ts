import type { CatalogNews } from '../../catalog/ports/catalog-news.ts';
import { onlyUnavailable } from '../../core/unavailable.ts';
import type { RedisConnection } from './connection/connection.ts';

const CHANNEL = 'ticketing:{catalog}:news';

/** A channel without content: whoever hears of a change reads the ledger. */
export function redisCatalogNews(connection: RedisConnection): CatalogNews {
  return {
    async changed() {
      await connection.publish(CHANNEL, '').catch(onlyUnavailable);
    },
    listen: (hear) => connection.subscribe(CHANNEL, { message: hear, listening: hear }),
  };
}
