import { type Clock, type Millis, SECOND } from '../../core/clock.ts';
import { LatestMap } from '../../core/latest-map.ts';
import type { Random } from '../../core/random.ts';
import type { BuyerEvent, BuyerNews } from '../../realtime/ports/buyer-news.ts';
import type { RedisConnection } from './connection/connection.ts';
import { NodeChannel } from './node-channel.ts';

/** One for all buyers. */
const CHANNEL = 'ticketing:{buyers}:news';
/** Events that are remembered, and for how long. */
const REMEMBERED = 20_000;
const REMEMBERED_FOR: Millis = 30 * SECOND;

export interface RedisBuyerNewsNeeds {
  connection: RedisConnection;
  clock: Clock;
  random: Random;
}

/** Several nodes come to know of the same event: each keeps in mind what it has heard, and hears it once. */
export function redisBuyerNews(needs: RedisBuyerNewsNeeds): BuyerNews & { close(): void } {
  const { clock } = needs;
  const listeners: ((event: BuyerEvent) => void)[] = [];
  /** When each event came to be known. */
  const known = new LatestMap<string, Millis>({ most: REMEMBERED });

  const hear = (event: BuyerEvent): 'new' | 'known' => {
    const key = JSON.stringify([event.userId, event.type, event.data]);
    const now = clock.now();
    const knownAt = known.get(key);
    if (knownAt !== undefined && now - knownAt < REMEMBERED_FOR) return 'known';
    known.set(key, now);
    for (const listener of listeners) listener(event);
    return 'new';
  };
  const others = new NodeChannel<BuyerEvent>({
    channel: CHANNEL,
    heard: hear,
    missed: () => undefined,
    ...needs,
  });

  return {
    happened(event) {
      if (hear(event) === 'new') others.tell([event]);
    },
    listen: (listener) => void listeners.push(listener),
    close: () => others.close(),
  };
}
