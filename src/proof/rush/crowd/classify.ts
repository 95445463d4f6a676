import type { HistoryOutcome } from '../../history/record.ts';
import { type Answer, isLost, type Lost } from '../wire.ts';

/** What a reply means to a buyer and to the bookkeeping of the rush. */
export interface Meaning {
  outcome: HistoryOutcome;
  /** The code of a refusal that belongs to the game (taken seats, a declined card, too many requests). */
  refusal?: string;
  /** The class of an error: a 5xx, a timeout, a broken connection, a status nobody should have seen. */
  error?: string;
  /** The same request may be sent again later, with the same key. */
  notNow?: true;
}

/** Statuses a well-behaved buyer must be ready for. Everything else in 4xx would be a defect of ours or theirs. */
const EXPECTED_REFUSALS = new Set([402, 409, 410, 429]);

export function meaningOf(reply: Answer | Lost): Meaning {
  if (isLost(reply)) {
    return reply.lost === 'hung-up'
      ? { outcome: 'info', notNow: true }
      : { outcome: 'info', error: reply.lost, notNow: true };
  }
  if (reply.status >= 200 && reply.status < 300) return { outcome: 'ok' };
  const { code, indefinite } = errorBody(reply.body);
  if (reply.status >= 500) return serverError(reply.status, code, indefinite);
  if (!EXPECTED_REFUSALS.has(reply.status)) return { outcome: 'fail', error: `${reply.status} ${code}` };
  const notNow = reply.status === 429 || code === 'IDEMPOTENCY_IN_FLIGHT' || code === 'PAYMENT_IN_PROGRESS';
  return { outcome: 'fail', refusal: code, ...(notNow && { notNow }) };
}

/** A 503 that does not say `indefinite` is a definite no; any other 5xx may have taken effect. */
function serverError(status: number, code: string, indefinite: boolean): Meaning {
  const definite = status === 503 && !indefinite;
  return { outcome: definite ? 'fail' : 'info', error: `${status} ${code}`, notNow: true };
}

function errorBody(body: string): { code: string; indefinite: boolean } {
  try {
    const parsed = JSON.parse(body) as { code?: unknown; indefinite?: unknown };
    return {
      code: typeof parsed.code === 'string' ? parsed.code : 'NO_CODE',
      indefinite: parsed.indefinite === true,
    };
  } catch {
    return { code: 'NOT_JSON', indefinite: true };
  }
}
