import { Agent, type Dispatcher, request as send } from 'undici';
import { expect } from 'vitest';
import type { Program } from './program.ts';

/** What came back. `text` is the body byte for byte, `body` the same parsed (undefined when it is no JSON). */
export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: T;
}

/** Speaks to the program as one person, over real HTTP. */
export interface Client {
  get<T>(path: string, headers?: Headers): Promise<Answer<T>>;
  /** A body of undefined sends none. */
  post<T>(path: string, body?: unknown, headers?: Headers): Promise<Answer<T>>;
  patch<T>(path: string, body: unknown, headers?: Headers): Promise<Answer<T>>;
  delete<T>(path: string, headers?: Headers): Promise<Answer<T>>;
  /** The same program, asked by a buyer. */
  as(userId: string): Client;
  /** The same program, asked with these headers on top. */
  with(headers: Headers): Client;
}

type Headers = Readonly<Record<string, string>>;

/** A connection a buyer: a crowd that shares few sockets would come one after the other. */
const agent = new Agent({ connections: 400, pipelining: 1, headersTimeout: 30_000, bodyTimeout: 30_000 });

/** Nobody in particular; say `as` somebody. */
export function clientOf(program: Pick<Program, 'url'>): Client {
  return speaker(program, () => ({}));
}

/** Whoever holds the organiser's token. */
export function organiserOf(program: Pick<Program, 'url' | 'adminToken'>): Client {
  return speaker(program, () => ({ 'x-token': program.adminToken }));
}

/** Address and token are asked for with each request: a program that is started again has others. */
function speaker(program: Pick<Program, 'url'>, own: () => Headers): Client {
  const ask = async <T>(
    method: Dispatcher.HttpMethod,
    path: string,
    body: unknown,
    headers: Headers = {},
  ): Promise<Answer<T>> => {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const response = await send(program.url + path, {
      dispatcher: agent,
      method,
      headers: { ...own(), ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: json ?? null,
    });
    const text = await response.body.text();
    return { status: response.statusCode, headers: flat(response.headers), text, body: parsed(text) as T };
  };
  return {
    get: (path, headers) => ask('GET', path, undefined, headers),
    post: (path, body, headers) => ask('POST', path, body, headers),
    patch: (path, body, headers) => ask('PATCH', path, body, headers),
    delete: (path, headers) => ask('DELETE', path, undefined, headers),
    as: (userId) => speaker(program, () => ({ ...own(), 'x-user-id': userId })),
    with: (headers) => speaker(program, () => ({ ...own(), ...headers })),
  };
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The body of an answer that must have this status. */
export function bodyOf<T>(answer: Answer<T>, status = 200): T {
  expect(answer.status, answer.text.slice(0, 500)).toBe(status);
  return answer.body;
}

export interface ErrorBody {
  code: string;
  message: string;
  traceId: string;
  detail: unknown;
  indefinite?: boolean;
  /** Where to get what is missing; only with ADMISSION_REQUIRED, ADMISSION_INVALID and WAITLIST_FIRST. */
  join_url?: string;
  /** How one stands, with ROOM_FULL and ROOM_CLOSED; the HTTP status in the concerts edition. */
  status?: string | number;
  /** What clients of the concerts edition read. */
  error?: string;
  errorCode?: string;
  path?: string;
}

/** A no in exactly these words, in the one error body, under the trace that the headers name. */
export function expectRefusal(
  answer: Answer<unknown>,
  { status, code, message }: { status: number; code: string; message?: string },
): ErrorBody {
  const body = expectErrorBody(answer);
  expect({ status: answer.status, code: body.code }, answer.text).toEqual({ status, code });
  if (message !== undefined) expect(body.message).toBe(message);
  return body;
}

/** The shape of every error, whatever it says. */
export function expectErrorBody(answer: Answer<unknown>): ErrorBody {
  expect(answer.headers['content-type'], answer.text.slice(0, 300)).toMatch(/^application\/json/);
  const body = answer.body as ErrorBody;
  const { indefinite, join_url, status, error, errorCode, path, ...rest } = body;
  expect(Object.keys(rest).sort(), answer.text).toEqual(['code', 'detail', 'message', 'traceId']);
  expect(body.code).toMatch(/^[A-Z][A-Z_]+$/);
  expect(body.message).not.toBe('');
  expect(body.message).not.toMatch(/[{}]|undefined|\[object/);
  expect(body.traceId).toBe(answer.headers['trace-id']);
  if (indefinite !== undefined) expect(indefinite).toBe(true);
  if (join_url !== undefined) expect(body.code).toMatch(/^(ADMISSION_|WAITLIST_FIRST)/);
  if (typeof status === 'number')
    expect([status, error ?? errorCode]).toEqual([answer.status, expect.any(String)]);
  else if (status !== undefined) expect(body.code).toMatch(/^ROOM_/);
  if (path !== undefined) expect(path).toMatch(/^\//);
  // The train and the rush edition say it there in words of their own.
  expect(body.detail).not.toBe('');
  return body;
}
