import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { RequestNews, RequestNewsListener } from '../../request-queue/ports/request-news.ts';
import type { SeatRequest } from '../../request-queue/request.ts';
import type { RedisConnection } from './connection/connection.ts';
import { NodeChannel } from './node-channel.ts';

/** One for all events: what is told of a request is told to those who watch it, wherever they are. */
const CHANNEL = 'ticketing:{requests}:news';

export interface RedisRequestNewsNeeds {
  connection: RedisConnection;
  clock: Clock;
  random: Random;
}

export function redisRequestNews(needs: RedisRequestNewsNeeds): RequestNews & { close(): void } {
  const listeners: RequestNewsListener[] = [];
  const others = new NodeChannel<SeatRequest>({
    channel: CHANNEL,
    heard(request) {
      for (const listener of listeners) listener.changed(request);
    },
    missed() {
      for (const listener of listeners) listener.missed();
    },
    ...needs,
  });
  return {
    changed(requests) {
      for (const listener of listeners) for (const request of requests) listener.changed(request);
      others.tell(requests);
    },
    listen: (listener) => void listeners.push(listener),
    close: () => others.close(),
  };
}
