import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { eventKeys, seatField } from '../../../src/adapters/redis/seat-store/keys.ts';
import { stopServers } from '../../backends/on-servers.ts';
import { type RedisPair, redisSentinel, says } from '../../backends/servers/redis.ts';
import { type TcpProxy, tcpProxy } from '../../backends/tcp-proxy.ts';
import { clientOf, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { statusesListed } from '../map-stream.ts';
import { buy, hold, openSale, tryHold } from '../sale.ts';
import { channelsOf, holdOnItsWay, holdsInLedger, LASTING, lossesIn } from './holds-behind.ts';
import { mapWatcher, sameSeats } from './map-watcher.ts';
import { onSaleEverywhere } from './selling.ts';
import { describeOnNodes, type ProxiedSite, startProxiedSite, toSentinel, twoOf } from './site.ts';

describeOnNodes('postgres', 'redis-sentinel')('a replica that is promoted a second behind', () => {
  let pair: RedisPair;
  let replication: TcpProxy;
  let site: ProxiedSite;
  // For each try: a master dies.
  beforeEach(async () => {
    pair = await redisSentinel();
    replication = await tcpProxy(pair.servers.master.address);
    site = await startProxiedSite({
      redis: toSentinel(pair),
      env: LASTING,
    });
  });
  afterEach(async () => {
    site?.way.heal();
    await site?.stop();
    await replication?.close();
    await pair?.stop();
  });
  afterAll(stopServers);

  it('has the holds that only its master had told to their buyers; others are kept, and nothing is sold twice', async () => {
    const [a, b] = twoOf(site);
    const { master, replica } = pair.servers;
    await replica.command('replicaof', '127.0.0.1', `${replication.port}`);
    await eventually(() => says(replica, /master_link_status:up/, 'info', 'replication'), true);
    const { eventId, seatIds } = await openSale(organiserOf(a), { rows: 1, seatsInRow: 6 });
    await onSaleEverywhere(site, eventId);
    const [sold, kept, followed, underWay, lost, lostToo] = seatIds as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const maps = await Promise.all([a, b].map((node) => mapWatcher(node, eventId)));
    const users = ['ann', 'ben', 'una', 'kay', 'fay', 'sue'] as const;
    const opened = users.map(async (user) => [user, await channelsOf(site, user, 'en')] as const);
    const channels = new Map(await Promise.all(opened));
    const isInLedger = (holds: number) =>
      eventually(async () => (await holdsInLedger(site, eventId)).length, holds);

    await buy(clientOf(a), 'sue', eventId, [sold]);
    const [ofKay] = (await hold(clientOf(a), 'kay', eventId, [kept])).reservations;
    await isInLedger(2);
    const [seats = ''] = eventKeys(eventId).all;
    await eventually(async () => (await replica.command('hexists', seats, seatField(kept))).trim(), '1');
    replication.freeze();
    // The replica does not have it, the ledger has.
    const [ofFay] = (await hold(clientOf(b), 'fay', eventId, [followed])).reservations;
    await isInLedger(3);
    await holdOnItsWay(site, master, { userId: 'una', eventId, seatId: underWay });
    const [ofAnn] = (await hold(clientOf(a), 'ann', eventId, [lost])).reservations;
    const [ofBen] = (await hold(clientOf(b), 'ben', eventId, [lostToo])).reservations;
    await delay(1_000);
    await master.kill();
    replication.stop();
    await eventually(() => says(replica, /role:master/, 'info', 'replication'), true);
    site.way.heal();

    for (const user of ['ann', 'ben'] as const)
      for (const channel of channels.get(user) ?? []) await channel.until('reservation_lost');
    const reservationsOf = async (userId: string) => {
      const path = '/api/v1/reservations?active_only=true';
      const { body } = await clientOf(b).as(userId).get<{ reservation_id: number }[]>(path);
      return Array.isArray(body) && body.map(({ reservation_id }) => reservation_id);
    };
    await eventually(
      () => reservationsOf('kay'),
      (ids) => ids !== false,
    );
    // Both nodes have looked by now, and would have told it again.
    await delay(2_000);
    const toldTo = (user: (typeof users)[number]) =>
      (channels.get(user) ?? []).map((channel) => lossesIn(channel).map((data) => data?.reservation_id));
    expect(toldTo('ann')).toEqual([[ofAnn?.reservation_id], [ofAnn?.reservation_id]]);
    expect(toldTo('ben')).toEqual([[ofBen?.reservation_id], [ofBen?.reservation_id]]);
    for (const user of ['kay', 'fay', 'sue'] as const) expect(toldTo(user)).toEqual([[], []]);
    expect(await reservationsOf('kay')).toEqual([ofKay?.reservation_id]);
    expect(await reservationsOf('fay')).toEqual([ofFay?.reservation_id]);
    // On its way when all froze: it has arrived, or its buyer was told.
    const [unas] = toldTo('una');
    expect(((await reservationsOf('una')) || []).length + (unas ?? []).length).toBe(1);

    for (const seat of [sold, kept, followed])
      expect((await tryHold(clientOf(b), 'joe', eventId, [seat])).status).toBe(409);
    await buy(clientOf(a), 'ben', eventId, [lost]);
    await buy(clientOf(b), 'ann', eventId, [lostToo]);
    const truth = await statusesListed(clientOf(a), eventId);
    for (const { now } of maps) await eventually(async () => sameSeats(await now(), truth), true);
    expect(
      await site.query('SELECT seat_id FROM sale WHERE event_id = ? ORDER BY seat_id', [eventId]),
    ).toEqual([sold, lost, lostToo].map((seat_id) => ({ seat_id })));
    expect((await site.verified()).findings).toEqual([]);
    for (const { stream } of maps) stream.close();
    for (const each of channels.values()) for (const channel of each) channel.close();
  });
});
