import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { requestIdOf } from '../trace-id.ts';
import type { StreamPass } from './stream-door.ts';
import {
  type CloseReason,
  type SharedFrame,
  type StreamSocket,
  sseMessage,
  terseSseMessage,
} from './stream-socket.ts';

/** How long EventSource waits before it connects again. */
const RETRY_MILLIS = 2_000;
const HEARTBEAT = Buffer.from(':\n\n');

/** How a stream says what is no message: at its beginning, every 15 seconds, and at its end. */
export interface StreamManner {
  readonly opening: string;
  beat(): string | Buffer;
  farewell(reason: CloseReason): string;
}

const OURS: StreamManner = {
  opening: `retry: ${RETRY_MILLIS}\n\n`,
  beat: () => HEARTBEAT,
  farewell: (reason) => `event: ${reason}\ndata: {}\n\n`,
};

/** Without blanks behind colons; nothing stands before the first message. */
export const TERSE_MANNER: StreamManner = {
  opening: '',
  beat: OURS.beat,
  farewell: (reason) => terseSseMessage(reason, '{}'),
};

/** Streams are a few at a time and long: what a server keeps for each matters more than one message's delay. */
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
  connection: 'close',
} as const;

/** Turns the request into a server-sent event stream. Afterwards the reply belongs to the stream. */
export function openEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  pass: StreamPass,
  manner: StreamManner = OURS,
): StreamSocket {
  reply.hijack();
  const response = reply.raw;
  // Headers that plugins (CORS) have already put on the reply belong to this answer as well.
  const headers = { ...reply.getHeaders(), ...HEADERS };
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) response.setHeader(name, value);
  response.setHeader('trace-id', request.id);
  response.setHeader('x-request-id', requestIdOf(request.raw, request.id));
  const inChunks = request.raw.httpVersionMinor > 0;
  if (inChunks) response.setHeader('transfer-encoding', 'chunked');
  else response.removeHeader('transfer-encoding');
  response.writeHead(200);
  // The chunks are made here, once for all the sockets of a message: Node would write each in four pieces to each socket.
  response.chunkedEncoding = false;
  response.flushHeaders();
  request.meter?.count(200, performance.now() - request.startedAt);
  const { streams, config } = request.server.kit;
  const { bufferBytes } = config.streams;
  const stream = new EventStream(response, { bufferBytesMax: bufferBytes, manner, inChunks });
  stream.onClose(streams.enter(pass, stream));
  return stream;
}

const LAST_CHUNK = '0\r\n\r\n';
const chunks = new WeakMap<Buffer, Buffer>();

/**
 * One message, one chunk: HTTP libraries that hand a body on chunk by chunk (Python's requests) tell each message at once,
 * where they would collect bare bytes. Of a shared buffer the chunk is shared, too.
 */
function chunkOf(bytes: Buffer): Buffer {
  const known = chunks.get(bytes);
  if (known) return known;
  const chunk = Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
  chunks.set(bytes, chunk);
  return chunk;
}

class EventStream implements StreamSocket {
  readonly #response: ServerResponse;
  readonly #bufferBytesMax: number;
  readonly #manner: StreamManner;
  readonly #inChunks: boolean;
  readonly #listeners: Array<() => void> = [];
  #open = true;

  constructor(
    response: ServerResponse,
    has: { bufferBytesMax: number; manner: StreamManner; inChunks: boolean },
  ) {
    this.#response = response;
    this.#bufferBytesMax = has.bufferBytesMax;
    this.#manner = has.manner;
    this.#inChunks = has.inChunks;
    response.on('error', () => this.#ended());
    response.on('close', () => this.#ended());
    this.#write(has.manner.opening);
  }

  send(frame: string | SharedFrame, id?: string): void {
    this.#write(typeof frame === 'string' ? sseMessage(frame, id) : frame.sse);
  }

  bufferedBytes(): number {
    return this.#response.writableLength;
  }

  beat(): void {
    this.#write(this.#manner.beat());
  }

  close(reason: CloseReason): void {
    if (!this.#open) return;
    // A slow client would never take a farewell. The others read in it whether to come back.
    if (reason === 'slow') this.#response.destroy();
    else {
      this.#write(this.#manner.farewell(reason));
      this.#response.end(this.#inChunks ? LAST_CHUNK : '');
    }
    this.#ended();
  }

  onClose(listener: () => void): void {
    if (this.#open) this.#listeners.push(listener);
    else listener();
  }

  #write(bytes: string | Buffer): void {
    if (!this.#open || bytes.length === 0) return;
    if (this.bufferedBytes() > this.#bufferBytesMax) this.close('slow');
    else if (!this.#inChunks) this.#response.write(bytes);
    else this.#response.write(chunkOf(typeof bytes === 'string' ? Buffer.from(bytes) : bytes));
  }

  #ended(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const listener of this.#listeners.splice(0)) listener();
  }
}
