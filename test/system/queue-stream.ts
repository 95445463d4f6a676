import { request as send } from 'undici';
import { WebSocket } from 'ws';
import { eventually } from './eventually.ts';

/** A frame of v2's streams. */
export interface QueueFrame {
  type: string;
  request_id?: string | null;
  data?: Record<string, unknown> & { status?: string; result?: { data: { reservation_ids: number[] } } };
  timestamp: string;
}

export interface QueueStream {
  readonly frames: QueueFrame[];
  /** The close code; 0 for the end of server-sent events. */
  ended(): number | undefined;
  until(type: string, seconds?: number): Promise<QueueFrame>;
  say(text: string): void;
  close(): void;
}

const streamOf = (frames: QueueFrame[], rest: Pick<QueueStream, 'ended' | 'say' | 'close'>): QueueStream => ({
  frames,
  ...rest,
  until: async (type, seconds = 60) =>
    (await eventually(
      () => frames.find((frame) => frame.type === type),
      (frame) => frame !== undefined,
      { seconds, everyMillis: 5 },
    )) as QueueFrame,
});

/** Rejects with the status when the server refuses. */
export function openQueueSocket(url: string, headers: Record<string, string> = {}): Promise<QueueStream> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers });
    const frames: QueueFrame[] = [];
    let code: number | undefined;
    socket.on('message', (data) => frames.push(JSON.parse(String(data)) as QueueFrame));
    socket.on('close', (closed) => {
      code = closed;
    });
    socket.on('unexpected-response', (_, response) => reject(new Error(String(response.statusCode))));
    socket.on('error', reject);
    socket.on('open', () =>
      resolve(
        streamOf(frames, {
          ended: () => code,
          say: (text) => socket.send(text),
          close: () => socket.close(),
        }),
      ),
    );
  });
}

export async function openQueueEvents(
  url: string,
  headers: Record<string, string> = {},
): Promise<QueueStream> {
  const leaving = new AbortController();
  const response = await send(url, { headers, signal: leaving.signal, bodyTimeout: 0 });
  if (response.statusCode !== 200) {
    await response.body.dump();
    throw new Error(String(response.statusCode));
  }
  const frames: QueueFrame[] = [];
  let ended: number | undefined;
  void (async () => {
    let text = '';
    try {
      for await (const chunk of response.body.setEncoding('utf8')) {
        const messages = (text + chunk).split('\n\n');
        text = messages.pop() ?? '';
        for (const message of messages) {
          const data = /^data: (\{"type".*)$/m.exec(message)?.[1];
          if (data) frames.push(JSON.parse(data) as QueueFrame);
        }
      }
    } catch {
      // Cut off by the test.
    }
    ended = 0;
  })();
  return streamOf(frames, { ended: () => ended, say: () => undefined, close: () => leaving.abort() });
}
