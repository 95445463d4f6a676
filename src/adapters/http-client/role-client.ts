import { Agent, errors } from 'undici';
import { Bulkhead, type BulkheadLimits } from '../../core/bulkhead.ts';
import { type BreakerLimits, CircuitBreaker } from '../../core/circuit-breaker.ts';
import type { Clock, Millis } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import { type RetryPolicy, retried } from '../../core/retry.ts';
import { withinTime } from '../../core/time-limit.ts';
import { Unavailable } from '../../core/unavailable.ts';

export interface RoleClientNeeds {
  /** Of the other role, without a slash at the end. */
  url: string;
  token: string;
  clock: Clock;
  random: Random;
  /** The present place in the trace, which goes along; undefined where nothing is traced. */
  here?: (() => string | undefined) | undefined;
  limits?: RoleClientLimits;
}

export interface RoleClientLimits {
  /** One request; the other role ends its own work sooner. */
  answerMillis: Millis;
  /** All tries of a request together. */
  allMillis: Millis;
  retry: RetryPolicy;
  breaker: BreakerLimits;
  bulkhead: BulkheadLimits;
}

/** For another process in the same house. */
const IN_THE_HOUSE: RoleClientLimits = {
  answerMillis: 11_000,
  allMillis: 14_000,
  retry: { tries: 4, firstPauseMillis: 50, longestPauseMillis: 500 },
  breaker: { remembered: 50, leastOutcomes: 20, failureShare: 0.5, openMillis: 1_000, probes: 2 },
  bulkhead: { atOnce: 1_000, waiting: 10_000, longestWaitMillis: 2_000 },
};

/** Another role, asked over HTTP. */
export interface RoleClient {
  /**
   * Only for what is safe to repeat: it is tried again. Throws Unavailable; a definite one means that the other role did
   * nothing.
   */
  ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export function roleClient(needs: RoleClientNeeds): RoleClient {
  const { url, token, clock, random, here, limits = IN_THE_HOUSE } = needs;
  const agent = new Agent({ connections: 200, pipelining: 1, keepAliveTimeout: 4_000 });
  const bulkhead = new Bulkhead(clock, limits.bulkhead);
  const breaker = new CircuitBreaker(clock, limits.breaker);

  const once = async (method: 'GET' | 'POST', path: string, body: unknown): Promise<unknown> => {
    const place = here?.();
    const headers = {
      'x-internal-token': token,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(place !== undefined && { traceparent: place }),
    };
    const json = body === undefined ? null : JSON.stringify(body);
    const answer = await agent
      .request({ origin: url, path, method, headers, body: json })
      .catch((error: unknown) => {
        throw asUnavailable(error);
      });
    const text = await answer.body.text().catch((error: unknown) => {
      throw new Unavailable('the other role broke off', { indefinite: true, cause: error });
    });
    return read(answer.statusCode, text);
  };
  return {
    ask: (method, path, body) =>
      withinTime(clock, limits.allMillis, () =>
        retried({ clock, random }, limits.retry, () =>
          bulkhead.run(() =>
            breaker.run(() => withinTime(clock, limits.answerMillis, () => once(method, path, body))),
          ),
        ),
      ),
    close: () => agent.close(),
  };
}

function read(status: number, text: string): unknown {
  const body = parsed(text) as { indefinite?: boolean; code?: string } | undefined;
  if (status === 200 && body !== undefined) return body;
  // What it refuses it has not done; of a defect nobody knows.
  const indefinite = status >= 500 && (status !== 503 || body?.indefinite === true);
  throw new Unavailable(`the other role answered ${status} ${body?.code ?? ''}`.trim(), { indefinite });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The other role was never reached. */
const NOT_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function asUnavailable(error: unknown): Unavailable {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const definite = NOT_REACHED.has(code) || error instanceof errors.ConnectTimeoutError;
  return new Unavailable(`the other role does not answer: ${message || code}`, {
    indefinite: !definite,
    cause: error,
  });
}
