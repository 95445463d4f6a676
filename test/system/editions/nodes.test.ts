import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BookingView } from '../../../src/contract/booking.ts';
import type { EventView } from '../../../src/contract/event.ts';
import { stopServers } from '../../backends/on-servers.ts';
import { type RedisServer, redisServer } from '../../backends/servers/redis.ts';
import { bodyOf, type Client, clientOf, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { openMapEvents } from '../map-stream.ts';
import { describeOnNodes, type Site, startSite, toRedis, twoOf } from '../nodes/site.ts';
import * as sale from '../sale.ts';
import * as orders from './orders-client.ts';
import { buyerOf, comeIn, type RushSeat, statusOf, tryJoin, watchSeats } from './rush-client.ts';

describeOnNodes('postgres')('the editions orders and rush on two nodes that share a Redis', () => {
  let redis: RedisServer;
  let site: Site;
  let clients: [Client, Client];
  beforeAll(async () => {
    redis = await redisServer();
    site = await startSite({
      redis: toRedis(redis.address),
      env: { RUSH_ACTIVE_MAX: '5', PAYMENT_DEADLINE_SECONDS: '60', MAX_LIVE_SEATS_PER_USER: '100' },
    });
    clients = twoOf(site).map(clientOf) as [Client, Client];
  });
  afterAll(async () => {
    await site?.stop();
    await redis?.stop();
    await stopServers();
  });

  async function openHall(seats = 6) {
    const opened = await sale.openSale(organiserOf(twoOf(site)[0]), { rows: 1, seatsInRow: seats });
    const { eventId } = opened;
    // The other node hears of a new event a moment later, and then of its sale.
    const known = () => clients[1].get<Partial<EventView>>(`/api/v1/events/${eventId}`);
    await eventually(async () => (await known()).body.status, 'ON_SALE');
    const rush = opened.seats.map(
      ({ seat_id, seat_number }): RushSeat => ({ seat_id, seat_label: seat_number }),
    );
    return { eventId, seatIds: opened.seatIds, seats: rush };
  }

  it('a seat held at one is held at the other, where its caller confirms it', async () => {
    const { eventId, seatIds } = await openHall();
    const [first, second] = seatIds as [number, number];
    const [a, b] = clients.map((client) => client.as('ann')) as [Client, Client];
    bodyOf(await orders.hold(a, eventId, first), 201);
    orders.expectError(await orders.hold(b.as('bob'), eventId, first), 409, 'RESERVATION_CONFLICT');
    bodyOf(await b.post(`${orders.seatPath(eventId, first)}/confirm`));
    expect((await orders.hold(a, eventId, first)).status).toBe(422);
    bodyOf(await orders.hold(a, eventId, second), 201);
    const { orderId } = bodyOf(await orders.submit(b, eventId, [second], 'of both'));
    expect(bodyOf(await orders.submit(a, eventId, [second], 'of both')).orderId).toBe(orderId);
    await eventually(() => orders.orderStatus(a, orderId), 'CONFIRMED');
  });

  it('the streams of both tell the same changes under the same versions', async () => {
    const { eventId, seatIds } = await openHall();
    const urls = twoOf(site).map(({ url }) => `${url}/api/events/${eventId}/seats/stream`);
    const streams = await Promise.all(urls.map((url) => openMapEvents(url)));
    for (const [index, seat] of seatIds.entries())
      bodyOf(await orders.hold(clients[index % 2] as Client, eventId, seat), 201);
    const told = (stream: (typeof streams)[number]) => stream.frames.slice(1);
    for (const stream of streams) await eventually(() => told(stream).length, seatIds.length);
    expect(told(streams[1] as (typeof streams)[number])).toEqual(
      told(streams[0] as (typeof streams)[number]),
    );
    // Somebody who was at one node goes on at the other.
    const seen = streams[0]?.ids[3] as string;
    const rest = await openMapEvents(urls[1] as string, '', { 'last-event-id': seen });
    await eventually(() => rest.ids.length, seatIds.length - 3 + 1);
    expect(rest.ids.slice(1)).toEqual(streams[0]?.ids.slice(4));
    for (const stream of [...streams, rest]) stream.close();
  });

  it('of a crowd at both nodes as many are inside as there are places, and each token is good at both', async () => {
    const { eventId, seats } = await openHall();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => tryJoin(clients[index % 2] as Client, eventId, `u${index}`)),
    );
    const tokens = answers.flatMap(({ status, body }) => (status === 200 ? [body.token] : []));
    expect(tokens).toHaveLength(5);
    // Whichever node leads the line: who is not inside has a place in it.
    expect(answers.filter(({ status, body }) => status === 429 && (body.position ?? 0) > 0)).toHaveLength(35);
    const [a, b] = clients;
    for (const [index, token] of tokens.entries()) {
      const seat = seats[index] as RushSeat;
      bodyOf(await buyerOf(a, eventId, token).take(seat));
      bodyOf(await buyerOf(b, eventId, token).pay(seat));
    }
    const leaver = tokens[0] as string;
    bodyOf(await buyerOf(b, eventId, leaver).leave());
    await eventually(async () => (await buyerOf(a, eventId, leaver).list()).status, 401);
    const retry = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        tryJoin(clients[(index + 1) % 2] as Client, eventId, `u${index}`),
      ),
    );
    expect(retry.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(retry.filter(({ status }) => status === 429)).toHaveLength(35);
  });

  it('through the waiting room of an event nobody is sent away by the node that does not lead it', async () => {
    const { eventId } = await openHall();
    const admission = { mode: 'waiting_room', rate_per_second: 100, burst: 10, active_max: 2 };
    const path = `/api/v1/events/${eventId}`;
    bodyOf(await organiserOf(twoOf(site)[0]).patch(path, { admission }));
    const known = () => clients[1].get<EventView>(path);
    await eventually(async () => bodyOf(await known()).admission.mode, 'waiting_room');
    bodyOf(await organiserOf(twoOf(site)[0]).post(`${path}/waiting-room/open`, {}));
    const come = () =>
      Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          tryJoin(clients[index % 2] as Client, eventId, `gated-${index}`),
        ),
      );
    const inside = async () => {
      const answers = await come();
      expect(
        answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 429),
      ).toEqual([]);
      return answers.filter(({ status }) => status === 200).length;
    };
    await eventually(inside, 2);
    expect(await inside()).toBe(2);
  });

  it('who watches at one node hears of a swap at the other in one frame', async () => {
    const { eventId, seats } = await openHall();
    const [first, second] = seats as [RushSeat, RushSeat];
    const watching = await watchSeats(twoOf(site)[1].url, eventId);
    const buyer = await comeIn(clients[0], eventId);
    bodyOf(await buyer.take(first));
    await watching.until(1);
    bodyOf(await buyer.take(second, first));
    await watching.until(2);
    expect(watching.frames[1]?.payload).toHaveLength(2);
    expect(await statusOf(buyer, first)).toBe('AVAILABLE');
    watching.close();
  });

  it('an event that is cancelled at one node is ended for the buyers of both', async () => {
    const { eventId, seatIds } = await openHall();
    for (const [index, seat] of seatIds.entries())
      await sale.buy(clients[index % 2] as Client, `buyer-${index}`, eventId, [seat]);
    bodyOf(await organiserOf(twoOf(site)[1]).patch(`/api/v1/events/${eventId}`, { status: 'CANCELLED' }));
    for (const [index] of seatIds.entries())
      await eventually(
        async () =>
          bodyOf(await clients[0].as(`buyer-${index}`).get<BookingView[]>('/api/v1/bookings'))[0]
            ?.payment_status,
        'REFUNDED',
      );
    expect((await site.verified()).findings).toEqual([]);
  });
});
