import { request as send } from 'undici';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import type { SeatView } from '../../src/contract/seat.ts';
import type { MapFrame, PatchFrame, SeatMap } from '../../src/contract/seat-map.ts';
import { bodyOf, type Client } from './client.ts';
import { eventually } from './eventually.ts';

const STATUS_OF_LETTER: Record<string, string> = { A: 'AVAILABLE', R: 'RESERVED', B: 'BOOKED', X: 'BLOCKED' };

/** The statuses of a snapshot by seat id, as contract/seat-map.ts describes its runs. */
export function statusesOf(map: SeatMap): Map<number, string> {
  const statuses = new Map<number, string>();
  let next = 0;
  for (const [run, first] of map.runs.seat_id.entries()) {
    for (let seat = 0; seat < (map.runs.count[run] as number); seat++, next++)
      statuses.set(first + seat, STATUS_OF_LETTER[map.statuses[next] as string] as string);
  }
  return statuses;
}

/** The same as the list of seats has them. */
export async function statusesListed(anyone: Client, eventId: number): Promise<Map<number, string>> {
  const seats = bodyOf(await anyone.get<SeatView[]>(`/api/v1/events/${eventId}/seats`));
  return new Map(seats.map((seat) => [seat.seat_id, seat.status]));
}

export async function snapshotOf(anyone: Client, eventId: number): Promise<SeatMap> {
  return bodyOf(await anyone.get<SeatMap>(`/api/v1/events/${eventId}/map`));
}

/**
 * The map as a client has it that starts from a snapshot and applies what comes after it, or after it was told to start
 * over. Fails on a gap or a step back.
 */
export function replayed(map: SeatMap, { frames }: Pick<MapStream, 'frames'>): Map<number, string> {
  const statuses = statusesOf(map);
  let version = map.version;
  const resync = frames.findLastIndex(({ type }) => type === 'resync');
  for (const patch of frames.slice(resync + 1)) {
    if (patch.type !== 'patch') continue;
    if (patch.version <= version) continue;
    expect(patch.epoch).toBe(map.epoch);
    expect(patch.from).toBe(version);
    for (const [seat, status] of patch.seats) statuses.set(seat, status);
    version = patch.version;
  }
  return statuses;
}

/** An open stream of a map and all that came over it. */
export interface MapStream {
  readonly frames: MapFrame[];
  /** SSE: the ids of the messages. */
  readonly ids: string[];
  patches(): PatchFrame[];
  /** Waits for a frame, old or new. */
  until(isWanted: (frame: MapFrame) => boolean, seconds?: number): Promise<MapFrame>;
  /** Why it ended: a WebSocket's close code, 0 for the end of SSE; undefined while it is open. */
  endedWith(): number | undefined;
  close(): void;
}

interface Parts extends Pick<MapStream, 'frames' | 'endedWith' | 'close'> {
  ids?: string[];
}

function mapStream({ frames, endedWith, close, ids = [] }: Parts): MapStream {
  return {
    frames,
    ids,
    endedWith,
    close,
    patches: () => frames.filter((frame) => frame.type === 'patch'),
    async until(isWanted, seconds = 60) {
      const found = await eventually(
        () => frames.find(isWanted),
        (frame) => frame !== undefined,
        {
          seconds,
          everyMillis: 5,
        },
      );
      return found as MapFrame;
    },
  };
}

/** Opens the WebSocket and resolves when it is open; rejects with the status when it is refused. */
export async function openMapSocket(url: string, query = '', headers: Record<string, string> = {}) {
  const socket = new WebSocket(url.replace('http', 'ws') + query, { headers });
  const frames: MapFrame[] = [];
  let code: number | undefined;
  socket.on('message', (data) => frames.push(JSON.parse(String(data)) as MapFrame));
  socket.on('close', (closeCode) => {
    code = closeCode;
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_, response) => reject(new Error(String(response.statusCode))));
  });
  return mapStream({ frames, endedWith: () => code, close: () => socket.terminate() });
}

/** Opens the server-sent events; rejects with the status when they are refused. */
export async function openMapEvents(url: string, query = '', headers: Record<string, string> = {}) {
  const leaving = new AbortController();
  const response = await send(url + query, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: leaving.signal,
    bodyTimeout: 0,
  });
  if (response.statusCode !== 200) {
    await response.body.dump();
    throw new Error(String(response.statusCode));
  }
  const frames: MapFrame[] = [];
  const ids: string[] = [];
  let ended: number | undefined;
  void (async () => {
    let text = '';
    try {
      for await (const chunk of response.body.setEncoding('utf8')) {
        const messages = (text + chunk).split('\n\n');
        text = messages.pop() ?? '';
        for (const message of messages) takeMessage(message, frames, ids);
      }
    } catch {
      // The end of a stream that is cut off; what matters is that it ended.
    }
    ended = 0;
  })();
  return mapStream({ frames, ids, endedWith: () => ended, close: () => leaving.abort() });
}

function takeMessage(message: string, frames: MapFrame[], ids: string[]): void {
  const field = (name: string) =>
    message
      .split('\n')
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trimStart())
      .join('\n');
  const data = field('data');
  if (data === '') return;
  frames.push(JSON.parse(data) as MapFrame);
  ids.push(field('id'));
}
