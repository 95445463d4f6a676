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
}

export interface Answer {
  status: number;
  body: string;
  /** From Retry-After; undefined without. */
  retryAfterMillis: number | undefined;
}

/** No answer: whether anything happened is unknown. `hung-up` was the client's own doing. */
export interface Lost {
  lost: 'timeout' | 'connection' | 'unreadable' | 'hung-up';
}

export interface Wire {
  /** Never rejects. */
  send(request: WireRequest): Promise<Answer | Lost>;
  /** Breaks everything under way; what waits is Lost. */
  destroy(): Promise<void>;
}

/** The wire of the organiser and the auditor: few requests, answers of any form. */
export function openWire(url: string, options: { connections: number }): Wire {
  const pool = new Pool(new URL(url).origin, {
    connections: options.connections,
    pipelining: 1,
    connect: { timeout: ANSWER_TIMEOUT_MILLIS },
    headersTimeout: ANSWER_TIMEOUT_MILLIS,
    bodyTimeout: ANSWER_TIMEOUT_MILLIS,
  });
  return {
    async send(request) {
      try {
        const { statusCode, headers, body } = await pool.request(requestOptions(request));
        const retryAfterMillis = retryAfterIn(headers['retry-after']);
        return { status: statusCode, body: await body.text(), retryAfterMillis };
      } catch (error) {
        const { code } = error as { code?: string };
        const timedOut = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
        return { lost: timedOut ? 'timeout' : 'connection' };
      }
    },
    destroy: () => pool.destroy(),
  };
}

export function isLost(reply: Answer | Lost): reply is Lost {
  return 'lost' in reply;
}

/** What a Retry-After of ours says, which is always in seconds. */
export function retryAfterIn(value: string | string[] | undefined): number | undefined {
  const seconds = Number(value);
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}

function requestOptions(request: WireRequest): Dispatcher.RequestOptions {
  const { method, path, userId, key, token, session, body } = request;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (userId !== undefined) headers['x-user-id'] = userId;
  if (key !== undefined) headers['idempotency-key'] = key;
  if (token !== undefined) headers['x-token'] = token;
  if (session !== undefined) headers['x-sale-session'] = session;
  if (body === undefined) return { method, path, headers };
  headers['content-type'] = 'application/json';
  return { method, path, headers, body: JSON.stringify(body) };
}
