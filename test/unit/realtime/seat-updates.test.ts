import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type SeatUpdates, seatUpdatesVoice } from '../../../src/bridges/seat-updates.ts';
import type { SharedFrame } from '../../../src/http/streams/stream-socket.ts';
import { MapFeed } from '../../../src/realtime/map-feed.ts';
import { lettersOf } from '../../../src/realtime/map-letters.ts';
import type { MapSeat, MapStatus } from '../../../src/realtime/ports/map-source.ts';

const SEATS = 5;
const STATUSES: MapStatus[] = ['AVAILABLE', 'RESERVED', 'BOOKED'];
const LIMITS = { keptPatches: 6, laggingBytes: 1e9, laggingMillis: 1_000 };

/** Writes an update as itself, so that a test can read it back. */
const bytes = (updates: SeatUpdates) => Buffer.from(JSON.stringify(updates));
const voice = seatUpdatesVoice({ sse: bytes, webSocket: bytes });
const read = (frame: SharedFrame) => JSON.parse(frame.sse.toString()) as SeatUpdates;

function openFeed(): MapFeed<SharedFrame> {
  const seats = Array.from({ length: SEATS }, (_, index): MapSeat => {
    const place = { section: null, row: 'A', x: null, y: null };
    return {
      seatId: index + 1,
      number: `A${index}`,
      type: 'REGULAR',
      price: 1,
      ...place,
      status: 'AVAILABLE',
    };
  });
  const map = { epoch: 2, version: 0, statuses: lettersOf(seats) };
  return new MapFeed({ eventId: 1, currency: 'USD', seats, map }, { voice, limits: LIMITS });
}

interface Step {
  version: number;
  seat: number;
  status: string;
}

function watcherOf() {
  const frames: SeatUpdates[] = [];
  const steps = () =>
    frames.flatMap(({ from, seats }) =>
      seats.map(([seat, status], index): Step => ({ version: from + index + 1, seat, status })),
    );
  return {
    frames,
    steps,
    send: (frame: SharedFrame) => void frames.push(read(frame)),
    bufferedBytes: () => 0,
    close: () => undefined,
  };
}

it('every change of a seat is a step of its own, and who comes back at any step is told the rest once', () => {
  const rounds = fc.array(
    fc.array(fc.record({ seat: fc.integer({ min: 1, max: SEATS }), status: fc.constantFrom(...STATUSES) }), {
      maxLength: SEATS,
    }),
    { maxLength: LIMITS.keptPatches },
  );
  fc.assert(
    fc.property(rounds, (changes) => {
      const feed = openFeed();
      const whole = watcherOf();
      feed.watch(whole, undefined);
      for (const [now, round] of changes.entries()) {
        for (const { seat, status } of round) feed.changed(seat, status);
        const news = feed.news();
        if (news) feed.apply(news.patch, now);
      }
      const steps = whole.steps();
      expect(steps.map(({ version }) => version)).toEqual(steps.map((_, index) => index + 1));
      expect(feed.version).toBe(steps.length);
      for (let seen = 0; seen <= steps.length; seen++) {
        const back = watcherOf();
        feed.watch(back, { epoch: 2, version: seen });
        expect(back.steps()).toEqual(steps.slice(seen));
      }
    }),
  );
});

it('who cannot be told what he missed is told every seat', () => {
  const feed = openFeed();
  feed.changed(2, 'BOOKED');
  feed.apply(feed.news()?.patch ?? { epoch: 0, from: 0, version: 0, seats: [] }, 0);
  for (const lost of [
    { epoch: 1, version: 0 },
    { epoch: 2, version: 9 },
    { epoch: -1, version: 0 },
  ]) {
    const back = watcherOf();
    feed.watch(back, lost);
    expect(back.frames).toHaveLength(1);
    expect(back.frames[0]).toMatchObject({ startsOver: true, eventId: 1, epoch: 2, version: 1 });
    expect(back.frames[0]?.seats.map(([, status]) => status)).toEqual([
      ...['AVAILABLE', 'SOLD', 'AVAILABLE', 'AVAILABLE', 'AVAILABLE'],
    ]);
  }
});
