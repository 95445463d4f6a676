/** Why a stream ends. SSE and WebSocket each say it in their own way. */
export type CloseReason = 'slow' | 'shutdown' | 'expired' | 'done';

/** A message whose bytes for each transport many sockets share. */
export interface SharedFrame {
  readonly sse: Buffer;
  readonly webSocket: Buffer;
}

/** One open stream to one client, be it SSE or WebSocket: all that realtime knows of either. */
export interface StreamSocket {
  /** Queues one message. On a closed stream it does nothing; past STREAM_BUFFER_BYTES of unsent data it closes the stream. */
  send(frame: string | SharedFrame, id?: string): void;
  /** Bytes handed to this socket that the client has not taken yet. */
  bufferedBytes(): number;
  close(reason: CloseReason): void;
  /** Calls the listener once, whichever side ended the stream; at once when it has ended already. */
  onClose(listener: () => void): void;
}

/**
 * A message for many sockets. Its bytes for each transport are made at first need and then shared, so that ten
 * thousand sockets cost one serialisation and no copies. Broadcasters make one per message and send it to everybody.
 */
export class StreamFrame implements SharedFrame {
  readonly text: string;
  /** What an SSE client repeats as Last-Event-ID. */
  readonly id: string | undefined;
  /** The name under which an SSE client listens for it; `message` when undefined. */
  readonly event: string | undefined;
  #sse: Buffer | undefined;
  #webSocket: Buffer | undefined;

  /** `text` is one line of JSON. */
  constructor(text: string, id?: string, event?: string) {
    this.text = text;
    this.id = id;
    this.event = event;
  }

  get sse(): Buffer {
    this.#sse ??= Buffer.from(sseMessage(this.text, this.id, this.event));
    return this.#sse;
  }

  get webSocket(): Buffer {
    this.#webSocket ??= webSocketFrame(this.text);
    return this.#webSocket;
  }
}

/** One SSE message. A line break in `text` would end a data line early, so each line gets its own. */
export function sseMessage(text: string, id?: string, event?: string): string {
  const data = text.includes('\n') ? text.replace(/\r?\n/g, '\ndata: ') : text;
  const head = `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}`;
  return `${head}data: ${data}\n\n`;
}

/** The same for clients that look for `event:NAME` at the beginning of a line: no blank behind a colon. `data` is one line. */
export function terseSseMessage(event: string, data: string, id?: string): string {
  return `${id === undefined ? '' : `id:${id}\n`}event:${event}\ndata:${data}\n\n`;
}

const FINAL_TEXT = 0x81;

/** A whole server-to-client text frame, unmasked and unfragmented (RFC 6455, section 5.2). */
export function webSocketFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = FINAL_TEXT;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, head);
  return frame;
}
