import { eventKeys } from '../../../src/adapters/redis/seat-store/keys.ts';
import type { RedisServer } from '../../backends/servers/redis.ts';
import { clientOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { openQueueSocket, type QueueStream } from '../queue-stream.ts';
import { hold } from '../sale.ts';
import { type ProxiedSite, type Site, twoOf } from './site.ts';

/** Holds that outlast every step of a test. */
export const LASTING = { RESERVATION_TIMEOUT_SECONDS: '300', MAX_HOLD_TOTAL_SECONDS: '600' };

/** A buyer's own channel, at each node. */
export function channelsOf({ nodes }: Site, userId: string, language: string): Promise<QueueStream[]> {
  return Promise.all(
    nodes.map(({ url }) =>
      openQueueSocket(`${url}/api/v2/ws/user/${userId}?user_id=${userId}`, { 'accept-language': language }),
    ),
  );
}

/** What a buyer was told of holds that were lost. */
export function lossesIn({ frames }: QueueStream) {
  return frames.filter(({ type }) => type === 'reservation_lost').map(({ data }) => data);
}

export function holdsInLedger(site: Site, eventId: number): Promise<{ hold_id: number }[]> {
  return site.query('SELECT hold_id FROM hold WHERE event_id = ? ORDER BY hold_id', [eventId]);
}

/** The ledger does not answer from now on: this hold is on its way to it, and keeps those after it from leaving. */
export async function holdOnItsWay(
  site: ProxiedSite,
  redis: RedisServer,
  { userId, eventId, seatId }: { userId: string; eventId: number; seatId: number },
): Promise<void> {
  site.way.freeze();
  await hold(clientOf(twoOf(site)[0]), userId, eventId, [seatId]);
  const [seats = ''] = eventKeys(eventId).all;
  await eventually(async () => (await redis.command('hexists', seats, 'drainer')).trim(), '1');
}
