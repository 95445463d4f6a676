import type { MapFrame } from '../../../contract/seat-map.ts';
import type { Millis } from '../../../core/clock.ts';
import { elapsed } from '../stopwatch.ts';
import { letterOf } from './hall.ts';
import { openMapSocket } from './live-map.ts';

/** One frame of the live map, and when each watcher had it (NaN: never). */
export interface Sighting {
  /** Seats that the frame shows as taken. */
  taken: readonly number[];
  receivedAt: Float64Array;
}

export interface Watchers {
  connected(): number;
  /** Sockets that the server or the network ended before we did. */
  lost(): number;
  frames(): number;
  sightings(): readonly Sighting[];
  close(): void;
}

const AVAILABLE = 'A'.charCodeAt(0);
const CONNECTING_AT_ONCE = 50;
/** Everybody gets the same bytes, so each frame is read once; watchers are at most this many frames apart. */
const FRAMES_REMEMBERED = 32;

/** Connects `count` sockets that only look. Resolves when all are open or have failed. */
export async function watchMap(options: {
  url: string;
  eventId: number;
  run: string;
  since: string;
  count: number;
}): Promise<Watchers> {
  const sightings: Sighting[] = [];
  const recent: { bytes: Buffer; sighting: Sighting | undefined }[] = [];
  const open = new Set<ReturnType<typeof openMapSocket>>();
  const tally = { lost: 0, frames: 0, closing: false };

  const read = (bytes: Buffer): Sighting | undefined => {
    const known = recent.find((one) => one.bytes.equals(bytes));
    if (known) return known.sighting;
    const taken = takenSeats(JSON.parse(bytes.toString('utf8')) as MapFrame);
    const sighting =
      taken.length === 0
        ? undefined
        : { taken, receivedAt: new Float64Array(options.count).fill(Number.NaN) };
    if (sighting) sightings.push(sighting);
    recent.unshift({ bytes, sighting });
    recent.length = Math.min(recent.length, FRAMES_REMEMBERED);
    return sighting;
  };
  const connect = (watcher: number) =>
    new Promise<void>((resolve) => {
      const socket = openMapSocket({ ...options, userId: `rush-${options.run}-watcher-${watcher}` });
      socket.on('open', () => {
        open.add(socket);
        resolve();
      });
      socket.on('message', (data: Buffer) => {
        const at: Millis = elapsed();
        tally.frames++;
        const sighting = read(data);
        if (sighting) sighting.receivedAt[watcher] = at;
      });
      socket.on('error', () => socket.terminate());
      socket.on('close', () => {
        if (!tally.closing) tally.lost++;
        open.delete(socket);
        resolve();
      });
    });

  for (let from = 0; from < options.count; from += CONNECTING_AT_ONCE) {
    const batch = Math.min(CONNECTING_AT_ONCE, options.count - from);
    await Promise.all(Array.from({ length: batch }, (_, index) => connect(from + index)));
  }
  return {
    connected: () => open.size,
    lost: () => tally.lost,
    frames: () => tally.frames,
    sightings: () => sightings,
    close() {
      tally.closing = true;
      for (const socket of open) socket.terminate();
    },
  };
}

function takenSeats(frame: MapFrame): number[] {
  if (frame.type !== 'patch') return [];
  return frame.seats.filter(([, status]) => letterOf(status) !== AVAILABLE).map(([seatId]) => seatId);
}
