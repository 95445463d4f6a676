import { type Dispatcher, Pool } from 'undici';
import { ANSWER_TIMEOUT_MILLIS } from './options.ts';

export interface WireRequest {
  method: 'GET' | 'POST';
  path: string;
  userId?: string;
  key?: string;
  token?: string;
  /** Of the waiting room: shows that the buyer was let in. */
  session?: string;
  body?: unknown;
  /** The client closes its connection this long after sending, answered or not. */
  hangUpAfterMillis?: number;
}

export interface Answer {
  status: number;
  body: string;
  /** From Retry-After; undefined without. */
  retryAfterMillis: number | undefined;
}

/** No answer: whether anything happened is unknown. `hung-up` was the client's own doing. */
export interface Lost {
  lost: 'timeout' | 'connection' | 'hung-up';
}

export interface Wire {
  /** Never rejects. */
  send(request: WireRequest): Promise<Answer | Lost>;
  /** Breaks everything under way; what waits is Lost. */
  destroy(): Promise<void>;
}

export function openWire(url: string, options: { connections: number }): Wire {
  const pool = new Pool(new URL(url).origin, {
    connections: options.connections,
    pipelining: 1,
    connect: { timeout: ANSWER_TIMEOUT_MILLIS },
    headersTimeout: ANSWER_TIMEOUT_MILLIS,
    bodyTimeout: ANSWER_TIMEOUT_MILLIS,
  });
  return {
    send: (request) =>
      new Promise((resolve) => {
        pool.dispatch(dispatchOptions(request), new Exchange(resolve, request.hangUpAfterMillis));
      }),
    destroy: () => pool.destroy(),
  };
}

export function isLost(reply: Answer | Lost): reply is Lost {
  return 'lost' in reply;
}

function dispatchOptions(request: WireRequest): Dispatcher.DispatchOptions {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (request.userId !== undefined) headers['x-user-id'] = request.userId;
  if (request.key !== undefined) headers['idempotency-key'] = request.key;
  if (request.token !== undefined) headers['x-token'] = request.token;
  if (request.session !== undefined) headers['x-sale-session'] = request.session;
  if (request.body === undefined) return { method: request.method, path: request.path, headers };
  headers['content-type'] = 'application/json';
  return { method: request.method, path: request.path, headers, body: JSON.stringify(request.body) };
}

/** One request on the dispatcher's own interface: half the cost of undici.request, which wraps each body in a stream. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (reply: Answer | Lost) => void;
  readonly #hangUpAfterMillis: number | undefined;
  readonly #chunks: Buffer[] = [];
  #status = 0;
  #retryAfterMillis: number | undefined;
  #hangUp: NodeJS.Timeout | undefined;
  #hungUp = false;

  constructor(resolve: (reply: Answer | Lost) => void, hangUpAfterMillis: number | undefined) {
    this.#resolve = resolve;
    this.#hangUpAfterMillis = hangUpAfterMillis;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#hangUpAfterMillis === undefined || this.#hangUp) return;
    this.#hangUp = setTimeout(() => {
      this.#hungUp = true;
      controller.abort(new Error('the buyer hung up'));
    }, this.#hangUpAfterMillis);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = statusCode;
    const seconds = Number(headers['retry-after']);
    if (Number.isFinite(seconds)) this.#retryAfterMillis = seconds * 1_000;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    clearTimeout(this.#hangUp);
    const body = Buffer.concat(this.#chunks).toString('utf8');
    this.#resolve({ status: this.#status, body, retryAfterMillis: this.#retryAfterMillis });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error & { code?: string }): void {
    clearTimeout(this.#hangUp);
    const timedOut = error.code === 'UND_ERR_HEADERS_TIMEOUT' || error.code === 'UND_ERR_BODY_TIMEOUT';
    this.#resolve({ lost: this.#hungUp ? 'hung-up' : timedOut ? 'timeout' : 'connection' });
  }
}
