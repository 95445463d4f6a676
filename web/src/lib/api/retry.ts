import type { ApiError } from './api-error.ts';

const ATTEMPTS_MAX = 4;
const PATIENCE_SECONDS = 5;
const FIRST_DELAY_MS = 300;

/**
 * How long to wait before asking the same again (same Idempotency-Key), in milliseconds; undefined is "do not": the
 * answer is definite, or the wait is so long that the buyer should hear of it.
 * @param attempt the one that just failed, from 1
 * @param dice 0 to 1: spreads the crowd
 */
export function retryDelay(error: ApiError, attempt: number, dice: number): number | undefined {
  if (attempt >= ATTEMPTS_MAX || !isWorthRepeating(error)) return undefined;
  const asked = error.retryAfterSeconds ?? 0;
  if (asked > PATIENCE_SECONDS) return undefined;
  return asked * 1_000 + FIRST_DELAY_MS * 2 ** (attempt - 1) * (0.5 + dice / 2);
}

function isWorthRepeating(error: ApiError): boolean {
  if (error.indefinite || error.status === 0 || error.status === 503) return true;
  if (error.code === 'IDEMPOTENCY_IN_FLIGHT') return true;
  return error.status === 429 && error.retryAfterSeconds !== undefined;
}
