import { request as send } from 'undici';
import { describe, expect, it } from 'vitest';
import type { SeatStreamInit, SeatStreamUpdate } from '../../../src/contract/orders.ts';
import { bodyOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import * as sale from '../sale.ts';
import { sharedProgram } from '../shared-program.ts';
import { hold, seatPath } from './orders-client.ts';

const { program, anyone, organiser, restart } = sharedProgram({ MAX_LIVE_SEATS_PER_USER: '100' });
const ann = anyone.as('ann');

interface Message {
  id: string;
  event: string;
  data: SeatStreamInit & SeatStreamUpdate;
}

/** The stream as the browser's EventSource takes it apart. */
async function open(eventId: number, lastEventId?: string) {
  const leaving = new AbortController();
  const response = await send(`${program.url}/api/events/${eventId}/seats/stream`, {
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    signal: leaving.signal,
    bodyTimeout: 0,
  });
  expect(response.statusCode).toBe(200);
  const messages: Message[] = [];
  void (async () => {
    let text = '';
    try {
      for await (const chunk of response.body.setEncoding('utf8')) {
        const blocks = (text + chunk).split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const field = (name: string) =>
            block
              .split('\n')
              .find((line) => line.startsWith(`${name}:`))
              ?.slice(name.length + 1) ?? '';
          if (field('data') !== '' && field('event').trim() !== 'shutdown')
            messages.push({ id: field('id'), event: field('event'), data: JSON.parse(field('data')) });
        }
      }
    } catch {
      // Cut off by the test.
    }
  })();
  const updates = () => messages.filter(({ event }) => event === 'SEAT_UPDATE');
  return {
    messages,
    updates,
    told: () => updates().map(({ data }) => [data.seatId, data.status]),
    until: (count: number) =>
      eventually(
        () => updates().length,
        (seen) => seen >= count,
        { everyMillis: 5 },
      ),
    close: () => leaving.abort(),
  };
}

const openHall = (seats = 6) => sale.openSale(organiser, { rows: 1, seatsInRow: seats });

describe('the stream of seats', () => {
  it('begins with INIT, then tells every change under one version that only grows', async () => {
    const { eventId, seatIds } = await openHall();
    const [first, second] = seatIds as [number, number];
    const stream = await open(eventId);
    await eventually(() => stream.messages.length, 1);
    expect(stream.messages[0]).toMatchObject({ event: 'INIT', data: { eventId, reset: false } });
    bodyOf(await hold(ann, eventId, first), 201);
    await stream.until(1);
    bodyOf(await ann.post(`${seatPath(eventId, first)}/confirm`));
    await stream.until(2);
    await sale.hold(anyone, 'bob', eventId, [second]);
    await stream.until(3);
    bodyOf(await hold(ann, eventId, seatIds[2] as number, { holdSeconds: 5 }), 201);
    await stream.until(5);
    expect(stream.told()).toEqual([
      [first, 'HELD'],
      [first, 'SOLD'],
      [second, 'HELD'],
      [seatIds[2], 'HELD'],
      [seatIds[2], 'AVAILABLE'],
    ]);
    const versions = stream.updates().map(({ data }) => data.version);
    for (const { id, data } of stream.updates()) expect(id).toBe(String(data.version));
    expect(versions.every(Number.isSafeInteger)).toBe(true);
    expect([...versions].sort((a, b) => a - b)).toEqual(versions);
    expect(new Set(versions).size).toBe(versions.length);
    stream.close();
  });

  it('goes on after any Last-Event-ID without loss and without repetition', async () => {
    const { eventId, seatIds } = await openHall();
    const whole = await open(eventId);
    await eventually(() => whole.messages.length, 1);
    // Together, so that several are in one patch.
    await sale.hold(anyone, 'bob', eventId, seatIds.slice(0, 4));
    await whole.until(4);
    bodyOf(await hold(ann, eventId, seatIds[4] as number), 201);
    await whole.until(5);
    for (const [seen, { id }] of whole.messages.entries()) {
      const rest = await open(eventId, id);
      await rest.until(5 - seen);
      expect(rest.updates()).toEqual(whole.updates().slice(seen));
      rest.close();
    }
    whole.close();
  });

  it('tells all seats anew to whom it cannot tell what he missed', async () => {
    const { eventId, seatIds } = await openHall(3);
    const [first, second] = seatIds as [number, number];
    const before = await open(eventId);
    await eventually(() => before.messages.length, 1);
    bodyOf(await hold(ann, eventId, first), 201);
    await before.until(1);
    const last = before.updates()[0] as Message;
    before.close();
    bodyOf(await hold(ann, eventId, second), 201);
    await restart();
    for (const id of [last.id, 'nonsense', '9'.repeat(16)]) {
      const after = await open(eventId, id);
      await after.until(3);
      expect(after.messages.some(({ event, data }) => event === 'INIT' && data.reset)).toBe(true);
      expect(after.told()).toEqual([
        [first, 'HELD'],
        [second, 'HELD'],
        [seatIds[2], 'AVAILABLE'],
      ]);
      const { id: newest, data } = after.updates()[2] as Message;
      expect(data.version).toBeGreaterThan(last.data.version);
      bodyOf(await ann.delete(seatPath(eventId, second)), 204);
      await after.until(4);
      bodyOf(await hold(ann, eventId, second), 201);
      await after.until(5);
      const again = await open(eventId, newest);
      await again.until(2);
      expect(again.told()).toEqual([
        [second, 'AVAILABLE'],
        [second, 'HELD'],
      ]);
      again.close();
      after.close();
    }
  });
});
