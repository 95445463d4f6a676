import { type IncomingMessage, request } from 'node:http';

export interface Frame {
  event: string;
  data: string;
}

export interface OpenStream {
  /** Everything received so far, byte for byte. */
  text(): string;
  frames(): Frame[];
  /** Waits for a frame that is wanted, and gives it back. */
  until(isWanted: (frame: Frame) => boolean, seconds?: number): Promise<Frame>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Opens a server-sent event stream of the concerts edition. */
export async function openStream(
  url: string,
  headers: Record<string, string> = {},
): Promise<OpenStream & { status: number }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { headers }, resolve).on('error', reject).end();
  });
  let text = '';
  const waiting = new Set<() => void>();
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (const look of waiting) look();
  });
  const ended = new Promise<void>((resolve) => {
    response.on('close', resolve).on('error', () => resolve());
  });
  const frames = () => framesIn(text);
  return {
    status: response.statusCode ?? 0,
    text: () => text,
    frames,
    until: (isWanted, seconds = 60) =>
      new Promise((resolve, reject) => {
        const tooLate = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`after ${seconds} s there is still no such frame in:\n${text}`));
        }, seconds * 1_000);
        const look = () => {
          const found = frames().find(isWanted);
          if (!found) return;
          clearTimeout(tooLate);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    ended,
    close: () => response.destroy(),
  };
}

/** As seed 004's clients read it: `event:NAME` at the beginning of a line. */
function framesIn(text: string): Frame[] {
  return text
    .split('\n\n')
    .slice(0, -1)
    .map((block) => {
      const field = (name: string) =>
        block
          .split('\n')
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1))
          .join('\n');
      return { event: field('event'), data: field('data') };
    });
}
