import { describe, expect, it } from 'vitest';
import { embeddedLeases } from '../../../src/adapters/embedded/leases.ts';
import { embeddedMapBoard } from '../../../src/adapters/embedded/map-board.ts';
import { HOUR, MINUTE, SECOND } from '../../../src/core/clock.ts';
import { patchVoice } from '../../../src/realtime/map-voice.ts';
import type { MapSeat, MapStatus } from '../../../src/realtime/ports/map-source.ts';
import { LiveMapService, type Snapshot } from '../../../src/realtime/service.ts';
import { HandClock } from '../../backends/hand-clock.ts';

const EVENT = 1;

/** One seat, and who shows it. */
function house() {
  const clock = new HandClock();
  const place = { section: null, row: 'A', x: null, y: null, type: 'REGULAR', price: 100_00 };
  const seat: MapSeat = { seatId: 1, number: 'A1', status: 'AVAILABLE', ...place };
  const seen = { reads: 0, status: 'AVAILABLE' as MapStatus };
  const maps = new LiveMapService<string>({
    clock,
    board: embeddedMapBoard(),
    leases: embeddedLeases(clock),
    voice: patchVoice((text) => text),
    limits: { keptPatches: 10, laggingBytes: 1e6, laggingMillis: SECOND },
    source: {
      async read() {
        seen.reads++;
        return { epoch: 1, currency: 'USD', seats: [{ ...seat, status: seen.status }] };
      },
    },
  });
  const sell = () => {
    seen.status = 'BOOKED';
    maps.seatsChanged(EVENT, [[1, 'BOOKED']]);
  };
  const snapshot = async () => (await maps.snapshot(EVENT)) as Snapshot;
  const pass = async (millis: number) => {
    clock.advance(millis);
    await new Promise(setImmediate);
    maps.letGoIdle();
  };
  return { maps, seen, sell, snapshot, pass };
}

const watcher = () => {
  const frames: string[] = [];
  return {
    frames,
    send: (frame: string) => void frames.push(frame),
    bufferedBytes: () => 0,
    close: () => undefined,
  };
};

describe('a map at which nobody looks any more', () => {
  it('is let go, and read anew for who looks next, who sees what happened meanwhile', async () => {
    const { maps, seen, sell, snapshot, pass } = house();
    const before = await snapshot();
    await pass(2 * HOUR);
    expect(maps.pointOf(EVENT)).toBeUndefined();
    sell();
    const after = await snapshot();
    expect(seen.reads).toBe(2);
    expect(JSON.parse(after.text)).toMatchObject({ statuses: 'B' });
    expect(after.version).toBeGreaterThan(before.version);
  });

  it('is kept as long as somebody watches, and for a while after', async () => {
    const { maps, seen, sell, snapshot, pass } = house();
    await snapshot();
    const one = watcher();
    const leave = maps.watch(EVENT, one, undefined);
    await pass(3 * HOUR);
    sell();
    await pass(SECOND);
    expect(one.frames.some((frame) => frame.includes('BOOKED'))).toBe(true);
    leave();
    await pass(HOUR - MINUTE);
    await snapshot();
    expect(seen.reads).toBe(1);
  });
});
