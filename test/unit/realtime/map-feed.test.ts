import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MapFrame } from '../../../src/contract/seat-map.ts';
import { MapFeed } from '../../../src/realtime/map-feed.ts';
import { lettersOf } from '../../../src/realtime/map-letters.ts';
import { patchVoice } from '../../../src/realtime/map-voice.ts';
import type { MapSeat, MapStatus } from '../../../src/realtime/ports/map-source.ts';
import type { Watcher } from '../../../src/realtime/ports/watcher.ts';

const STATUSES: MapStatus[] = ['AVAILABLE', 'RESERVED', 'BOOKED', 'BLOCKED'];
const LETTERS = { A: 'AVAILABLE', R: 'RESERVED', B: 'BOOKED', X: 'BLOCKED' } as Record<string, MapStatus>;
const SEATS = 6;
const LIMITS = { keptPatches: 4, laggingBytes: 100, laggingMillis: 1_000 };

const seatsOf = (statuses: readonly MapStatus[]): MapSeat[] =>
  statuses.map((status, index) => ({
    seatId: index + 1,
    number: `A${index + 1}`,
    section: null,
    row: 'A',
    type: 'REGULAR',
    price: 100_00,
    x: null,
    y: null,
    status,
  }));

function feedOf(epoch: number, statuses: readonly MapStatus[], before?: MapFeed<string>): MapFeed<string> {
  const seats = seatsOf(statuses);
  return new MapFeed<string>(
    { eventId: 1, currency: 'USD', seats, map: { epoch, version: 0, statuses: lettersOf(seats) } },
    { voice: patchVoice((text) => text), limits: LIMITS, before },
  );
}

/** What a node does with its own map; true when somebody lags. */
function publish(feed: MapFeed<string>, now: number): boolean {
  const news = feed.news();
  if (news) feed.apply(news.patch, now);
  else feed.settle(now);
  return feed.hasLaggards;
}

/** A client as the contract wants it: applies a patch only on top of the version it starts from. */
class Client implements Watcher<string> {
  epoch = 0;
  version = -1;
  statuses: MapStatus[] = [];
  /** Frames that have not reached the client yet. */
  readonly queue: string[] = [];
  wantsSnapshot = true;
  closed = false;
  reading = true;

  send(frame: string): void {
    this.queue.push(frame);
    if (this.reading) this.read();
  }

  bufferedBytes(): number {
    return this.queue.reduce((sum, frame) => sum + frame.length, 0);
  }

  close(): void {
    this.closed = true;
  }

  read(): void {
    for (const frame of this.queue.splice(0)) this.#take(JSON.parse(frame) as MapFrame);
  }

  take(snapshot: string): void {
    const { epoch, version, statuses } = JSON.parse(snapshot) as {
      epoch: number;
      version: number;
      statuses: string;
    };
    if (epoch === this.epoch) expect(version, 'invariant 35').toBeGreaterThanOrEqual(this.version);
    Object.assign(this, { epoch, version, statuses: [...statuses].map((letter) => LETTERS[letter]) });
    this.wantsSnapshot = false;
  }

  #take(frame: MapFrame): void {
    if (frame.type === 'presence') return;
    if (frame.type === 'resync') {
      this.wantsSnapshot = true;
      return;
    }
    expect(frame.from, 'a patch leads forward').toBeLessThan(frame.version);
    if (this.wantsSnapshot || (frame.epoch === this.epoch && frame.version <= this.version)) return;
    if (frame.epoch !== this.epoch || frame.from !== this.version) {
      this.wantsSnapshot = true;
      return;
    }
    for (const [seatId, status] of frame.seats) this.statuses[seatId - 1] = status as MapStatus;
    this.version = frame.version;
  }
}

type Act =
  | { do: 'change'; seatId: number; status: MapStatus }
  | { do: 'publish' }
  | { do: 'reload' }
  | { do: 'leave' | 'return' | 'stall' | 'resume'; client: number };

const client = fc.nat(2);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      seatId: fc.integer({ min: 1, max: SEATS }),
      status: fc.constantFrom(...STATUSES),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('publish' as const) }) },
  fc.record({ do: fc.constant('reload' as const) }),
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('leave' as const, 'return', 'stall', 'resume'), client }),
  },
);

describe('whoever watches a map', () => {
  it('ends with the map as it is, though he lags, leaves, returns, or the seats are read anew', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        const truth: MapStatus[] = Array.from({ length: SEATS }, () => 'AVAILABLE');
        const clients = [new Client(), new Client(), new Client()];
        let feed = feedOf(1, truth);
        let now = 0;
        const here = new Set<Client>();
        const join = (each: Client) => {
          if (here.has(each)) return;
          here.add(each);
          // A client that must start over takes a snapshot first; one that knows where it stopped resumes there.
          if (each.wantsSnapshot) each.take(feed.snapshot());
          feed.watch(each, { epoch: each.epoch, version: each.version });
        };
        const settle = () => {
          for (const each of clients) if (here.has(each) && each.wantsSnapshot) each.take(feed.snapshot());
        };
        clients.forEach(join);
        for (const each of acts) {
          now += 10;
          if (each.do === 'change') {
            truth[each.seatId - 1] = each.status;
            feed.changed(each.seatId, each.status);
          } else if (each.do === 'publish') publish(feed, now);
          else if (each.do === 'reload') feed = feedOf(feed.epoch + 1, truth, feed);
          else {
            const who = clients[each.client] as Client;
            if (each.do === 'stall') who.reading = false;
            else if (each.do === 'resume') {
              who.reading = true;
              who.read();
            } else if (each.do === 'return') join(who);
            else if (here.delete(who)) {
              feed.leave(who);
              who.queue.length = 0;
            }
          }
          settle();
        }
        for (const each of clients) {
          each.reading = true;
          each.read();
          join(each);
        }
        for (let round = 0; round < 3; round++) {
          now += 10;
          publish(feed, now);
          settle();
        }
        for (const each of clients) {
          expect(each.statuses, 'invariant 34').toEqual(truth);
          expect([each.epoch, each.version]).toEqual([feed.epoch, feed.version]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a feed', () => {
  const open = () =>
    feedOf(
      1,
      Array.from({ length: SEATS }, () => 'AVAILABLE' as const),
    );
  const framesOf = (watcher: Client) => watcher.queue.map((frame) => JSON.parse(frame) as MapFrame);
  const stalled = () => Object.assign(new Client(), { reading: false });

  it('has a version that grows by one with every patch, and tells nothing when nothing is different', () => {
    const feed = open();
    feed.changed(1, 'RESERVED');
    feed.changed(1, 'AVAILABLE');
    feed.changed(99, 'RESERVED');
    publish(feed, 0);
    expect(feed.version).toBe(0);
    feed.changed(1, 'RESERVED');
    publish(feed, 0);
    expect(feed.version).toBe(1);
  });

  it('sends one who lags nothing, then the latest state of every seat he missed in one patch', () => {
    const feed = open();
    const slow = stalled();
    feed.watch(slow, { epoch: 1, version: 0 });
    for (let round = 0; round < 10; round++) {
      feed.changed(1, round % 2 === 0 ? 'RESERVED' : 'AVAILABLE');
      feed.changed(2 + (round % 3), round % 2 === 0 ? 'BOOKED' : 'RESERVED');
      publish(feed, round);
    }
    const sent = framesOf(slow).length;
    expect(sent).toBeLessThan(10);
    slow.queue.length = 0;
    expect(publish(feed, 11)).toBe(false);
    const [caughtUp, ...more] = framesOf(slow);
    expect(more).toEqual([]);
    expect(caughtUp).toMatchObject({ type: 'patch', from: sent, version: 10 });
    const seats = (caughtUp as { seats: [number, string][] }).seats;
    expect(new Set(seats.map(([seatId]) => seatId)).size).toBe(seats.length);
  });

  it('closes one who lags for too long, and serves the others meanwhile', () => {
    const feed = open();
    const [slow, quick] = [stalled(), new Client()];
    for (const each of [slow, quick]) {
      each.take(feed.snapshot());
      feed.watch(each, undefined);
    }
    for (let round = 0; round < 5; round++) {
      feed.changed(1, round % 2 === 0 ? 'RESERVED' : 'AVAILABLE');
      publish(feed, round);
    }
    expect(slow.closed).toBe(false);
    expect(publish(feed, LIMITS.laggingMillis + 5)).toBe(true);
    expect(slow.closed).toBe(true);
    expect([quick.version, quick.closed]).toEqual([5, false]);
  });

  it.each([
    ['another epoch', { epoch: 2, version: 5 }, 'resync'],
    ['a version that is too old', { epoch: 1, version: 5 }, 'resync'],
    ['a version from the future', { epoch: 1, version: 11 }, 'resync'],
    ['a version it still knows', { epoch: 1, version: 6 }, 'patch'],
  ])('answers a return with %s', (_, since, type) => {
    const feed = open();
    for (let round = 0; round < 10; round++) {
      feed.changed(1, round % 2 === 0 ? 'RESERVED' : 'AVAILABLE');
      publish(feed, round);
    }
    const watcher = stalled();
    feed.watch(watcher, since);
    const frames = framesOf(watcher);
    expect(frames[0]?.type).toBe(type);
    expect(frames).toHaveLength(type === 'patch' ? 4 : 1);
  });
});
