import type { Random } from '../../core/random.ts';
import { onlyUnavailable } from '../../core/unavailable.ts';
import type { SeriesLineNews } from '../../waiting-room/series-line/ports/series-line-news.ts';
import type { RedisConnection } from './connection/connection.ts';

const CHANNEL = 'ticketing:{series-lines}:news';
const NODE_BYTES = 8;

/** One channel. Each message is the node that tells, a letter for what it tells, and of whom or what. */
export function redisSeriesLineNews(needs: { connection: RedisConnection; random: Random }): SeriesLineNews {
  const { connection } = needs;
  const node = needs.random.hex(NODE_BYTES);
  const tell = (text: string) => {
    connection.publish(CHANNEL, `${node} ${text}`).catch(onlyUnavailable);
  };
  return {
    watching: (userId) => tell(`w${userId}`),
    moved: (seriesId) => tell(`m${seriesId}`),
    listen: (listener) =>
      connection.subscribe(CHANNEL, {
        message(text) {
          if (text.startsWith(`${node} `)) return;
          const [letter, about] = [text[node.length + 1], text.slice(node.length + 2)];
          if (letter === 'w') listener.watching(about);
          else if (letter === 'm') listener.moved(Number(about));
        },
        listening: () => undefined,
      }),
  };
}
