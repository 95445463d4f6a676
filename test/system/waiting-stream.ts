import { WebSocket } from 'ws';
import type { LineFrame } from '../../src/contract/waiting-room.ts';
import { eventually } from './eventually.ts';

/** A place in line, watched over a WebSocket. */
export interface LineStream {
  readonly frames: LineFrame[];
  until(isWanted: (frame: LineFrame) => boolean, seconds?: number): Promise<LineFrame>;
  close(): void;
}

/** Rejects with the status when the server refuses. `url` has no slash at its end. */
export function openLine(url: string, eventId: number, userId: string): Promise<LineStream> {
  return new Promise((resolve, reject) => {
    const who = encodeURIComponent(userId);
    const path = `${url.replace(/^http/, 'ws')}/api/v1/ws/events/${eventId}/waiting-room?user_id=${who}`;
    const socket = new WebSocket(path);
    const frames: LineFrame[] = [];
    socket.on('message', (data) => frames.push(JSON.parse(String(data)) as LineFrame));
    socket.on('unexpected-response', (_, response) => reject(new Error(String(response.statusCode))));
    socket.on('error', reject);
    socket.on('open', () =>
      resolve({
        frames,
        close: () => socket.close(),
        until: async (isWanted, seconds = 60) =>
          (await eventually(
            () => frames.find(isWanted),
            (frame) => frame !== undefined,
            { seconds },
          )) as LineFrame,
      }),
    );
  });
}
