import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Millis } from '../../../core/clock.ts';
import { FrameReader, OPCODES } from './frame-reader.ts';

export interface Watchers {
  open: number;
  /** Patches of the map that they received so far, all together. */
  patches: number;
  /** Told of each patch as it arrives: `performance.now()`. */
  onPatch: (at: Millis) => void;
  /** Connects more of them; resolves when all are there. */
  add(count: number): Promise<void>;
  close(): void;
}

const CONNECTING_AT_ONCE = 200;
/** Where `{"type":"patch"` differs from `{"type":"presence"`. */
const TELLING_BYTE = { at: 10, patch: 'a'.charCodeAt(0) } as const;
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

/** WebSocket clients that look at the map of an event and do nothing with what they see. */
export function mapWatchers(port: number, eventId: number): Watchers {
  const sockets: Socket[] = [];
  const watchers: Watchers = {
    open: 0,
    patches: 0,
    onPatch: () => {},
    async add(count) {
      for (let rest = count; rest > 0; rest -= CONNECTING_AT_ONCE) {
        const opening = Array.from({ length: Math.min(CONNECTING_AT_ONCE, rest) }, (_, index) =>
          openWatcher({ port, eventId, userId: `watcher-${sockets.length + index}` }, onPatch),
        );
        for (const socket of await Promise.all(opening)) {
          sockets.push(socket);
          watchers.open++;
          socket.on('close', () => watchers.open--);
        }
      }
    },
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
  const onPatch = () => {
    watchers.patches++;
    watchers.onPatch(performance.now());
  };
  return watchers;
}

function openWatcher(
  { port, eventId, userId }: { port: number; eventId: number; userId: string },
  onPatch: () => void,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const reader = new FrameReader();
    const read = (chunk: Buffer) =>
      reader.read(chunk, ({ opcode, payload }) => {
        if (opcode === OPCODES.ping) socket.write(PONG);
        if (opcode === OPCODES.text && payload[TELLING_BYTE.at] === TELLING_BYTE.patch) onPatch();
      });
    let head = '';
    socket.on('error', reject);
    socket.on('data', function greet(chunk: Buffer) {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      if (!head.startsWith('HTTP/1.1 101')) return reject(new Error(head.slice(0, 300)));
      socket.off('data', greet);
      socket.on('data', read);
      resolve(socket);
      const rest = Buffer.from(head.slice(end + 4), 'latin1');
      if (rest.length > 0) read(rest);
    });
    socket.write(
      `GET /api/v1/ws/events/${eventId}/map?user_id=${userId} HTTP/1.1\r\nhost: bench\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n`,
    );
  });
}
