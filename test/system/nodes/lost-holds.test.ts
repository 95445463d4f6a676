import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { stopServers } from '../../backends/on-servers.ts';
import { type RedisServer, redisServer } from '../../backends/servers/redis.ts';
import { clientOf, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { hold, openSale, tryHold } from '../sale.ts';
import { channelsOf, holdOnItsWay, holdsInLedger, LASTING, lossesIn } from './holds-behind.ts';
import { onSaleEverywhere } from './selling.ts';
import { describeOnNodes, type ProxiedSite, startProxiedSite, toRedis, twoOf } from './site.ts';

describeOnNodes('postgres')('holds that Redis alone had', () => {
  let redis: RedisServer;
  let site: ProxiedSite;
  beforeAll(async () => {
    redis = await redisServer();
    site = await startProxiedSite({
      redis: toRedis(redis.address),
      env: LASTING,
    });
  });
  // For a second try, also where the first one ended in the middle.
  afterEach(async () => {
    site?.way.heal();
    await site?.recover();
  });
  afterAll(async () => {
    await site?.stop();
    await redis?.stop();
    await stopServers();
  });
  it('are told to their buyers, on whichever node they listen, when it comes back empty', async () => {
    const [a] = twoOf(site);
    const { eventId, seatIds } = await openSale(organiserOf(a), { rows: 1, seatsInRow: 4 });
    await onSaleEverywhere(site, eventId);
    const [kept, underWay, lost, lostToo] = seatIds as [number, number, number, number];
    await hold(clientOf(a), 'kay', eventId, [kept]);
    await eventually(async () => (await holdsInLedger(site, eventId)).length, 1);
    const [anns, bens, kays] = await Promise.all([
      channelsOf(site, 'ann', 'en'),
      channelsOf(site, 'ben', 'ko'),
      channelsOf(site, 'kay', 'en'),
    ]);

    await holdOnItsWay(site, redis, { userId: 'una', eventId, seatId: underWay });
    const [ofAnn] = (await hold(clientOf(a), 'ann', eventId, [lost])).reservations;
    const [ofBen] = (await hold(clientOf(a), 'ben', eventId, [lostToo])).reservations;
    await redis.command('flushall');
    site.way.heal();

    for (const channel of [...anns, ...bens]) await channel.until('reservation_lost');
    const sorry = expect.stringContaining('a failure on our side took a seat that you held');
    const ann = { reservation_id: ofAnn?.reservation_id, event_id: eventId, seat_id: lost, message: sorry };
    const inKorean = expect.stringContaining('선점하신 좌석을 잃었습니다');
    const ben = {
      reservation_id: ofBen?.reservation_id,
      event_id: eventId,
      seat_id: lostToo,
      message: inKorean,
    };
    // Both nodes have looked by now, and would have told it again.
    await delay(2_000);
    for (const channel of anns) expect(lossesIn(channel)).toEqual([ann]);
    for (const channel of bens) expect(lossesIn(channel)).toEqual([ben]);
    for (const channel of kays) expect(lossesIn(channel)).toEqual([]);
    await hold(clientOf(a), 'ben', eventId, [lost]);
    for (const channel of [...anns, ...bens, ...kays]) channel.close();
  });

  it('are few: what is in the ledger, as it is a moment later, outlives the node and Redis both', async () => {
    const [a, b] = twoOf(site);
    const { eventId, seatIds } = await openSale(organiserOf(b), { rows: 1, seatsInRow: 6 });
    await onSaleEverywhere(site, eventId);
    const held = [];
    for (const seat of seatIds) held.push(...(await hold(clientOf(a), 'ida', eventId, [seat])).reservations);
    const ids = held.map(({ reservation_id }) => reservation_id);
    const same = (found: unknown) => isDeepStrictEqual(found, ids);
    await eventually(async () => (await holdsInLedger(site, eventId)).map(({ hold_id }) => hold_id), same);
    await a.kill();
    await redis.command('flushall');
    const mine = async () => {
      const { body } = await clientOf(b)
        .as('ida')
        .get<{ reservation_id: number }[]>('/api/v1/reservations?active_only=true');
      return Array.isArray(body)
        ? body.map(({ reservation_id }) => reservation_id).sort((x, y) => x - y)
        : body;
    };
    await eventually(mine, same);
    const others = await tryHold(clientOf(b), 'joe', eventId, seatIds.slice(0, 1));
    expect(others.status).toBe(409);
  });
});
