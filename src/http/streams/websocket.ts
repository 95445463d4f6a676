import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { formatDateTime } from '../../contract/date-time.ts';
import type { Clock } from '../../core/clock.ts';
import { refuse } from '../../core/refusal.ts';
import { sendRefusal } from '../answers/refusals.ts';
import type { HttpServer } from '../kit.ts';
import type { StreamPass } from './stream-door.ts';
import { type CloseReason, type SharedFrame, type StreamSocket, webSocketFrame } from './stream-socket.ts';

const MESSAGE_BYTES_MAX = 4_096;
/** More than any honest client says between two heartbeats. */
const MESSAGES_PER_BEAT_MAX = 60;
const CLOSE_CODES: Readonly<Record<CloseReason, number>> = {
  done: 1000,
  shutdown: 1001,
  slow: 1013,
  expired: 4401,
};
/** 16 bytes in base64. */
const HANDSHAKE_KEY = /^[+/0-9A-Za-z]{22}==$/;
const NOT_JSON = 1007;
const NOT_UNDERSTOOD = 1008;

interface Upgrade {
  socket: Duplex;
  head: Buffer;
}
const upgrades = new WeakMap<IncomingMessage, Upgrade>();
const handshakes = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  maxPayload: MESSAGE_BYTES_MAX,
});

/**
 * Sends upgrade requests through the ordinary routes, so that identity, limits and schemas hold for them too. Unlike
 * @fastify/websocket it puts no hook on the requests that are no upgrades, and closes after any other answer.
 */
export function acceptUpgrades(app: HttpServer): void {
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const destroy = () => socket.destroy();
    socket.on('error', destroy);
    upgrades.set(request, { socket, head });
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
    response.on('finish', () => socket.end(destroy));
    app.routing(request, response);
  });
}

/** What `ws` would refuse in bare words: a handshake that is not RFC 6455's. */
function isHandshake({ headers }: FastifyRequest): boolean {
  return (
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    HANDSHAKE_KEY.test(headers['sec-websocket-key'] ?? '')
  );
}

/** Turns the request into a WebSocket and hands it to `onOpen`. A request that asks for no upgrade is answered 400. */
export function openWebSocket(
  request: FastifyRequest,
  reply: FastifyReply,
  pass: StreamPass,
  onOpen: (socket: StreamSocket) => void,
): void {
  const upgrade = upgrades.get(request.raw);
  if (!upgrade || !isHandshake(request)) {
    reply.header('upgrade', 'websocket').header('sec-websocket-version', '13');
    sendRefusal(request, reply, refuse('BAD_REQUEST'));
    return;
  }
  reply.hijack();
  const { streams, config, clock } = request.server.kit;
  request.meter?.count(101, performance.now() - request.startedAt);
  reply.raw.detachSocket(upgrade.socket as Parameters<ServerResponse['detachSocket']>[0]);
  handshakes.handleUpgrade(request.raw, upgrade.socket, upgrade.head, (webSocket) => {
    const stream = new WebSocketStream(webSocket, upgrade.socket, clock, config.streams.bufferBytes);
    stream.onClose(streams.enter(pass, stream));
    onOpen(stream);
  });
}

class WebSocketStream implements StreamSocket {
  readonly #webSocket: WebSocket;
  /** Shared frames are written here whole; `ws` would wrap them anew for every socket. */
  readonly #wire: Duplex;
  readonly #clock: Clock;
  readonly #bufferBytesMax: number;
  readonly #listeners: Array<() => void> = [];
  #open = true;
  #beats = 0;
  #alive = true;
  #messages = 0;

  constructor(webSocket: WebSocket, wire: Duplex, clock: Clock, bufferBytesMax: number) {
    this.#webSocket = webSocket;
    this.#wire = wire;
    this.#clock = clock;
    this.#bufferBytesMax = bufferBytesMax;
    webSocket.on('close', () => this.#ended());
    webSocket.on('error', () => webSocket.terminate());
    webSocket.on('pong', () => {
      this.#alive = true;
    });
    webSocket.on('message', (data, isBinary) => this.#receive(data, isBinary));
  }

  send(frame: string | SharedFrame): void {
    if (!this.#open || this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    if (this.bufferedBytes() > this.#bufferBytesMax) this.close('slow');
    else this.#wire.write(typeof frame === 'string' ? webSocketFrame(frame) : frame.webSocket);
  }

  bufferedBytes(): number {
    return this.#wire.writableLength;
  }

  /** Every second beat asks for a sign of life; who owes one from the last time is gone. */
  beat(): void {
    this.#messages = 0;
    this.#beats++;
    if (this.#beats % 2 === 1) return;
    if (this.#alive) this.#webSocket.ping();
    else this.#webSocket.terminate();
    this.#alive = false;
  }

  close(reason: CloseReason): void {
    this.#end(CLOSE_CODES[reason], reason);
  }

  onClose(listener: () => void): void {
    if (this.#open) this.#listeners.push(listener);
    else listener();
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#alive = true;
    if (++this.#messages > MESSAGES_PER_BEAT_MAX) {
      this.#end(NOT_UNDERSTOOD, 'too many messages');
      return;
    }
    const message = isBinary ? undefined : parse(data.toString());
    if (message === undefined) this.#fault(NOT_JSON, 'a message must be JSON text');
    else if (isPing(message)) this.#pong();
    else this.#fault(NOT_UNDERSTOOD, 'the only message a client sends is {"type":"ping"}');
  }

  #pong(): void {
    this.send(JSON.stringify({ type: 'pong', timestamp: this.#timestamp() }));
  }

  /** Shaped like a frame of v2, whose clients look for the message in `data`. */
  #fault(code: number, message: string): void {
    const timestamp = this.#timestamp();
    this.send(JSON.stringify({ type: 'error', request_id: null, data: { message }, message, timestamp }));
    this.#end(code, message);
  }

  #timestamp(): string {
    return formatDateTime(this.#clock.now());
  }

  /** `ws` itself gives the client 30 seconds to answer the close, then drops the connection. */
  #end(code: number, reason: string): void {
    if (!this.#open) return;
    this.#webSocket.close(code, reason);
    this.#ended();
  }

  #ended(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const listener of this.#listeners.splice(0)) listener();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPing(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ping';
}
