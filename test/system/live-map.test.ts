import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { bodyOf, expectRefusal } from './client.ts';
import { eventually } from './eventually.ts';
import {
  type MapStream,
  openMapEvents,
  openMapSocket,
  replayed,
  snapshotOf,
  statusesListed,
  statusesOf,
} from './map-stream.ts';
import { addSeats, book, buy, hold, openSale, tryPay } from './sale.ts';
import { sharedProgram } from './shared-program.ts';

const { program, anyone, organiser } = sharedProgram({ RESERVATION_TIMEOUT_SECONDS: '2' });

const sse = (eventId: number, query = '', headers = {}) =>
  openMapEvents(`${program.url}/api/v1/events/${eventId}/map/events`, query, headers);
const socket = (eventId: number, query = '', headers = {}) =>
  openMapSocket(`${program.url}/api/v1/ws/events/${eventId}/map`, query, headers);
const FACES = [
  ['SSE', sse],
  ['WebSocket', socket],
] as const;

const shows = (stream: MapStream, seat: number, status: string, seconds = 60) =>
  stream.until(
    (frame) => frame.type === 'patch' && frame.seats.some(([id, now]) => id === seat && now === status),
    seconds,
  );

describe.each(FACES)('patches over %s', (_, open) => {
  it('follow the snapshot without a gap, and lead to the truth', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 2, seatsInRow: 20 });
    const map = await snapshotOf(anyone, eventId);
    const stream = await open(eventId, `?since=${map.epoch}.${map.version}`);
    await Promise.all(
      seatIds.map(async (seat, index) => {
        await delay(index * 10);
        const buyer = `walker-${index}`;
        if (index % 3 === 0) await buy(anyone, buyer, eventId, [seat]);
        else if (index % 3 === 1) await hold(anyone, buyer, eventId, [seat]);
        else {
          const { reservations } = await hold(anyone, buyer, eventId, [seat]);
          bodyOf(await anyone.as(buyer).delete(`/api/v1/reservations/${reservations[0]?.reservation_id}`));
        }
      }),
    );
    await eventually(async () => {
      const now = await statusesListed(anyone, eventId);
      return (
        JSON.stringify([...replayed(map, stream)]) ===
        JSON.stringify([...statusesOf(map).keys()].map((seat) => [seat, now.get(seat)]))
      );
    }, true);
    const patches = stream.patches();
    expect(patches[0]?.from).toBe(map.version);
    for (const [index, patch] of patches.entries()) {
      expect(patch.version).toBe(patch.from + 1);
      if (index > 0) expect(patch.from).toBe(patches[index - 1]?.version);
      expect(Object.keys(patch).sort()).toEqual(['epoch', 'from', 'seats', 'type', 'version']);
    }
    stream.close();
  });

  it('bring a hold, a sale, a cancellation, a block and an expiry', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 3 });
    const [held, sold, blocked] = seatIds as [number, number, number];
    const stream = await open(eventId);
    const brings = async (act: () => Promise<unknown>, seat: number, status: string) => {
      const before = stream.frames.length;
      await act();
      await eventually(
        () =>
          stream.frames
            .slice(before)
            .some(
              (frame) =>
                frame.type === 'patch' && frame.seats.some(([id, now]) => id === seat && now === status),
            ),
        true,
      );
    };
    let booking = 0;
    await brings(() => hold(anyone, 'ann', eventId, [held]), held, 'RESERVED');
    await brings(
      async () => {
        booking = (await book(anyone, 'bob', eventId, [sold])).booking_id;
      },
      sold,
      'BOOKED',
    );
    bodyOf(await tryPay(anyone, 'bob', booking));
    await brings(() => anyone.as('bob').post(`/api/v1/bookings/${booking}/cancel`, {}), sold, 'AVAILABLE');
    const block = `/api/v1/events/${eventId}/seats/block`;
    await brings(() => organiser.post(block, { seat_ids: [blocked] }), blocked, 'BLOCKED');
    // The hold of ann lapses two seconds after it was made.
    await shows(stream, held, 'AVAILABLE');
    stream.close();
  });

  it('go on where a client stopped: nothing lost, nothing twice', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 6 });
    const [first, ...rest] = seatIds as [number, ...number[]];
    const map = await snapshotOf(anyone, eventId);
    const before = await open(eventId, `?since=${map.epoch}.${map.version}`);
    await buy(anyone, 'ann', eventId, [first]);
    await shows(before, first, 'BOOKED');
    const last = before.patches().at(-1);
    before.close();
    for (const [index, seat] of rest.entries()) {
      await buy(anyone, `later-${index}`, eventId, [seat]);
      await delay(70);
    }
    const after = await open(eventId, `?since=${last?.epoch}.${last?.version}`);
    await shows(after, rest.at(-1) as number, 'BOOKED');
    expect(after.patches()[0]?.from).toBe(last?.version);
    const versions = after.patches().map((patch) => patch.version);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    const shown = replayed(map, { frames: [...before.frames, ...after.frames] });
    expect([...shown.values()]).toEqual(Array(6).fill('BOOKED'));
    after.close();
  });

  it.each(['0.0', '999999.1', '1.999999999'])('from %s it is resync', async (since) => {
    const { eventId } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const map = await snapshotOf(anyone, eventId);
    const stream = await open(eventId, `?since=${since}`);
    expect(await stream.until(() => true)).toEqual({
      type: 'resync',
      epoch: map.epoch,
      version: map.version,
    });
    stream.close();
  });

  it('say resync when the hall has grown', async () => {
    const { eventId } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const map = await snapshotOf(anyone, eventId);
    const stream = await open(eventId, `?since=${map.epoch}.${map.version}`);
    await addSeats(organiser, eventId, [{ seat_number: 'Z1', price: '1' }]);
    const frame = await stream.until((each) => each.type === 'resync');
    const grown = await snapshotOf(anyone, eventId);
    expect(frame).toMatchObject({ epoch: grown.epoch });
    expect(grown.epoch).toBeGreaterThan(map.epoch);
    expect(grown.statuses).toBe('AA');
    stream.close();
  });

  it('tell how many watch', async () => {
    const { eventId } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const streams = await Promise.all([open(eventId), open(eventId), open(eventId)]);
    const three = (frame: object) => JSON.stringify(frame) === '{"type":"presence","watching":3}';
    await Promise.all(streams.map((stream) => stream.until(three)));
    streams[2]?.close();
    await streams[0]?.until((frame) => frame.type === 'presence' && frame.watching === 2);
    for (const stream of streams) stream.close();
  });

  it('are refused for an event that there is not, and for a foreign page', async () => {
    await expect(open(999_999_999)).rejects.toThrow('404');
    const { eventId } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const origin = 'https://evil.example';
    await expect(open(eventId, '', { origin })).rejects.toThrow('403');
    expectRefusal(await anyone.get(`/api/v1/events/${eventId}/map/events`, { origin }), {
      status: 403,
      code: 'ORIGIN_NOT_ALLOWED',
    });
    await expect(open(eventId, '?since=x')).rejects.toThrow('422');
    const own = await open(eventId, '', { origin: program.url });
    own.close();
  });

  it('name no buyer', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const stream = await open(eventId, '?user_id=canary-watcher');
    await buy(anyone, 'canary-buyer', eventId, seatIds);
    await shows(stream, seatIds[0] as number, 'BOOKED');
    expect(JSON.stringify(stream.frames)).not.toContain('canary');
    stream.close();
  });
});

describe('SSE', () => {
  it('goes on from Last-Event-ID, as browsers do by themselves', async () => {
    const { eventId, seatIds } = await openSale(organiser, { rows: 1, seatsInRow: 2 });
    const [first, second] = seatIds as [number, number];
    const before = await sse(eventId);
    await buy(anyone, 'ann', eventId, [first]);
    await shows(before, first, 'BOOKED');
    const last = before.ids.filter((id) => id !== '').at(-1) as string;
    const patch = before.patches().at(-1);
    expect(last).toBe(`${patch?.epoch}.${patch?.version}`);
    before.close();
    await buy(anyone, 'bob', eventId, [second]);
    const after = await sse(eventId, '?since=0.0', { 'last-event-id': last });
    await shows(after, second, 'BOOKED');
    expect(after.patches()[0]?.from).toBe(patch?.version);
    expect(after.frames.some((frame) => frame.type === 'resync')).toBe(false);
    after.close();
  });
});

describe('WebSocket', () => {
  it('answers a ping, and ends a conversation that it does not understand', async () => {
    const { WebSocket } = await import('ws');
    const { eventId } = await openSale(organiser, { rows: 1, seatsInRow: 1 });
    const talk = async (message: string) => {
      const client = new WebSocket(`${program.url.replace('http', 'ws')}/api/v1/ws/events/${eventId}/map`);
      const heard: { type: string; timestamp?: string }[] = [];
      let code = 0;
      client.on('message', (data) => heard.push(JSON.parse(String(data))));
      client.on('close', (closed) => {
        code = closed;
      });
      await new Promise((resolve) => client.once('open', resolve));
      client.send(message);
      await eventually(() => heard.some(({ type }) => type === 'pong' || type === 'error'), true);
      await delay(50);
      client.terminate();
      return { heard: heard.filter(({ type }) => type !== 'presence'), code };
    };
    const { heard } = await talk('{"type":"ping"}');
    expect(heard).toEqual([{ type: 'pong', timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}$/) }]);
    expect((await talk('not json')).code).toBe(1007);
    expect((await talk('{"type":"buy"}')).code).toBe(1008);
  });
});
