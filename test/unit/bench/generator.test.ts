import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openLoad } from '../../../src/proof/bench/load/generator.ts';
import { newBuyers, purchases, upTo } from '../../../src/proof/bench/load/journeys.ts';
import { seatStock } from '../../../src/proof/bench/load/seat-stock.ts';

interface Heard {
  url: string;
  userId: string;
  body: Record<string, unknown>;
}

let server: Server | undefined;
afterEach(() => server?.close());

/** A server that answers like ours, as far as a buyer's journey reads the answers, and writes down what it was asked. */
async function listen(heard: Heard[], status = 201): Promise<number> {
  let booking = 100;
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    heard.push({
      url: request.url ?? '',
      userId: String(request.headers['x-user-id']),
      body: JSON.parse(text),
    });
    const answer = JSON.stringify({ booking_id: ++booking });
    response.writeHead(status, { 'content-length': answer.length }).end(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function stockOf(seats: number) {
  const stock = seatStock();
  stock.add({ eventId: 7, firstId: 1, count: seats });
  return stock;
}

describe('the load of a bench', () => {
  test('each buyer holds, books and pays with what he was answered, and each seat is asked for once', async () => {
    const heard: Heard[] = [];
    const port = await listen(heard);
    const load = await openLoad(port, { connections: 3, journeys: purchases(newBuyers(), stockOf(10)) });
    const { requests, latency } = await load.run(5_000);
    load.close();

    expect(requests).toBe(30);
    expect(latency.totalCount).toBe(30);
    const buyers = new Set(heard.map(({ userId }) => userId));
    expect(buyers.size).toBe(10);
    for (const buyer of buyers) {
      const [hold, book, pay] = heard.filter(({ userId }) => userId === buyer);
      expect(hold).toMatchObject({ url: '/api/v1/reservations', body: { event_id: 7, user_id: buyer } });
      expect(book).toMatchObject({ url: '/api/v1/bookings', body: { seat_ids: hold?.body.seat_ids } });
      expect(pay?.url).toBe(`/api/v1/bookings/${pay?.body.booking_id}/confirm-payment`);
    }
    const seats = heard
      .filter(({ url }) => url === '/api/v1/reservations')
      .flatMap(({ body }) => body.seat_ids);
    expect(new Set(seats).size).toBe(10);
  });

  test('stops when its time is over, and after so many requests', async () => {
    const heard: Heard[] = [];
    const port = await listen(heard);
    const load = await openLoad(port, {
      connections: 2,
      journeys: upTo(5, purchases(newBuyers(), stockOf(9))),
    });
    expect((await load.run(0)).requests).toBe(2);
    expect((await load.run(5_000)).requests).toBe(3);
    load.close();
    expect(heard).toHaveLength(5);
  });

  test('an answer that refuses ends the bench with the words of the server', async () => {
    const port = await listen([], 409);
    const load = await openLoad(port, { connections: 1, journeys: purchases(newBuyers(), stockOf(1)) });
    await expect(load.run(1_000)).rejects.toThrow(/^409 \{"booking_id"/);
    load.close();
  });
});
