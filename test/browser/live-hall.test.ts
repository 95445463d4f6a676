import { describe, expect, it } from 'vitest';
import type { MapFrame, SeatMap } from '../../src/contract/seat-map.ts';
import { LiveHall } from '../../web/src/features/seat-map/live-hall.ts';
import type { StreamHandlers, StreamWish } from '../../web/src/features/seat-map/open-stream.ts';
import { smallMap } from './hall-of.ts';

/** A world in which time, the network and the server do what the test says. */
function world(...snapshots: (SeatMap | Error)[]) {
  const streams: (StreamWish & StreamHandlers & { isClosed: boolean })[] = [];
  const timers: { run: () => void; ms: number; isCancelled: boolean }[] = [];
  const live = new LiveHall({
    async loadSnapshot() {
      const next = snapshots.shift() ?? smallMap();
      if (next instanceof Error) throw next;
      return next;
    },
    openStream(wish, handlers) {
      const stream = { ...wish, ...handlers, isClosed: false };
      streams.push(stream);
      return () => {
        stream.isClosed = true;
      };
    },
    later(run, ms) {
      const timer = { run, ms, isCancelled: false };
      timers.push(timer);
      return () => {
        timer.isCancelled = true;
      };
    },
    dice: () => 1,
  });
  return {
    live,
    snapshots,
    streams,
    stream: () => streams.at(-1) ?? expect.fail('no stream was opened'),
    /** Runs what waits, the sound-stream timers excepted, and says how long it would have waited. */
    async passTime() {
      const due = timers.filter(({ isCancelled, ms }) => !isCancelled && ms !== 5_000);
      timers.length = 0;
      for (const { run } of due) run();
      await settled();
      return due.map(({ ms }) => ms);
    },
  };
}

async function settled() {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

describe('the live hall', () => {
  it('takes a snapshot and goes on from its version', async () => {
    const { live, stream } = world();
    await settled();
    expect(stream()).toMatchObject({ kind: 'websocket', since: '3.10' });
    stream().onOpen();
    expect(live.state().connection).toBe('live');
    stream().onFrame({ type: 'patch', epoch: 3, from: 10, version: 11, seats: [[101, 'BOOKED']] });
    stream().onFrame({ type: 'presence', watching: 12 });
    expect(live.state()).toMatchObject({ watching: 12, hall: { version: 11 } });
  });

  it.each<[string, MapFrame]>([
    ['a gap', { type: 'patch', epoch: 3, from: 14, version: 15, seats: [] }],
    ['a new epoch', { type: 'patch', epoch: 4, from: 10, version: 11, seats: [] }],
    ['a resync', { type: 'resync', epoch: 4, version: 1 }],
  ])('after %s takes a new snapshot', async (_, frame) => {
    const { live, stream, streams, snapshots, passTime } = world();
    await settled();
    snapshots.push(smallMap({ epoch: 4, version: 20 }));
    stream().onFrame(frame);
    expect(streams[0]?.isClosed).toBe(true);
    await passTime();
    expect(live.state().hall).toMatchObject({ epoch: 4, version: 20 });
    expect(stream().since).toBe('4.20');
  });

  it('reopens a lost stream from where it is, ever later, and tries the other kind after two failures', async () => {
    const { live, stream, streams, passTime } = world();
    await settled();
    stream().onFrame({ type: 'patch', epoch: 3, from: 10, version: 11, seats: [] });
    const waits: number[] = [];
    for (let failure = 0; failure < 4; failure += 1) {
      stream().onClose();
      waits.push(...(await passTime()));
    }
    expect(live.state().connection).toBe('interrupted');
    expect(streams.map(({ kind }) => kind)).toEqual([
      ...['websocket', 'websocket', 'server-sent-events', 'websocket', 'server-sent-events'],
    ]);
    expect(stream().since).toBe('3.11');
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  it('keeps asking for the first snapshot, and hurries when told to', async () => {
    const { live, streams } = world(new Error('down'));
    await settled();
    expect(live.state()).toMatchObject({ connection: 'interrupted', hall: undefined });
    live.hurry();
    await settled();
    expect(live.state().hall?.version).toBe(10);
    expect(streams).toHaveLength(1);
  });

  it('is silent once closed', async () => {
    const { live, streams } = world();
    live.close();
    await settled();
    expect(streams).toHaveLength(0);
  });
});
