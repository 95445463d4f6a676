import { actionKey, settleAction } from '../action-key.ts';
import { signOut, useIdentity } from '../identity.ts';
import { i18n } from '../language.ts';
import { endSaleSession, saleSessionToken } from '../sale-session.ts';
import { observeServerDate } from '../server-clock.ts';
import { knowsBuyersByToken } from '../settings.ts';
import { ApiError, readApiError } from './api-error.ts';
import { retryDelay } from './retry.ts';

interface CallOptions {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  /** Names what the buyer does; every POST has one. Repeats of it carry the same Idempotency-Key. */
  readonly action?: string;
  /** The event in whose sale the request takes part: it may need a session of its waiting room. */
  readonly saleOf?: number;
  readonly signal?: AbortSignal;
  /** Shares the crowd's cached answer, which depends on nobody. */
  readonly cache?: RequestCache;
  /** Takes the body out of a good answer; JSON without it. */
  readonly read?: (response: Response) => Promise<unknown>;
}

/** Asks the server, patiently: repeats what may be repeated. Throws ApiError. */
export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await attemptCall<T>(path, options);
      if (options.action) settleAction(options.action);
      return answer;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (options.saleOf !== undefined && isOutside(error)) endSaleSession(options.saleOf, 'refused');
      const delay = retryDelay(error, attempt, Math.random());
      if (delay !== undefined) {
        await new Promise((resolve) => setTimeout(resolve, delay));
        continue;
      }
      if (options.action && !isUnsettled(error)) settleAction(options.action);
      throw error;
    }
  }
}

function isOutside({ code }: ApiError): boolean {
  return code === 'ADMISSION_REQUIRED' || code === 'ADMISSION_INVALID';
}

function isUnsettled(error: ApiError): boolean {
  return error.indefinite || error.status === 0;
}

async function attemptCall<T>(path: string, options: CallOptions): Promise<T> {
  const { token } = useIdentity.getState();
  // What he wants to do has his name in it.
  if (knowsBuyersByToken() && token === undefined && options.action) throw notSignedIn();
  const sentAt = Date.now();
  const response = await fetch(path, {
    method: options.method ?? 'GET',
    headers: headersOf(options),
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    ...(options.signal && { signal: options.signal }),
    ...(options.cache && { cache: options.cache }),
  }).catch((cause: unknown) => {
    if (options.signal?.aborted) throw cause;
    throw new ApiError({
      status: 0,
      code: 'NO_ANSWER',
      message: i18n.t('errors.noAnswer'),
      indefinite: true,
    });
  });
  // An answer out of the browser's cache carries the date of long ago.
  if (options.cache === undefined) {
    observeServerDate({
      sentAt,
      receivedAt: Date.now(),
      serverDate: Date.parse(response.headers.get('Date') ?? ''),
    });
  }
  if (response.status === 401 && knowsBuyersByToken()) {
    // Unless somebody has signed in meanwhile.
    if (useIdentity.getState().token === token) signOut();
    throw notSignedIn();
  }
  if (!response.ok) throw await readApiError(response);
  return (await (options.read ? options.read(response) : response.json())) as T;
}

function notSignedIn(): ApiError {
  return new ApiError({
    status: 401,
    code: 'IDENTITY_REQUIRED',
    message: i18n.t('signIn.first'),
    indefinite: false,
  });
}

function headersOf(options: CallOptions): Record<string, string> {
  const session = options.saleOf === undefined ? undefined : saleSessionToken(options.saleOf);
  const { userId, token } = useIdentity.getState();
  return {
    Accept: 'application/json',
    'Accept-Language': i18n.language,
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    ...(!knowsBuyersByToken() && { 'X-User-ID': userId }),
    ...(session !== undefined && { 'X-Sale-Session': session }),
    ...(options.body !== undefined && { 'Content-Type': 'application/json' }),
    ...(options.action && { 'Idempotency-Key': actionKey(options.action) }),
  };
}
