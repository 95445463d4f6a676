interface ApiErrorFacts {
  /** The HTTP status, or 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly detail?: unknown;
  /** The effect is unknown: ask again with the same key. */
  readonly indefinite: boolean;
  readonly retryAfterSeconds?: number | undefined;
  /** Where somebody without an admission gets one. */
  readonly joinUrl?: string | undefined;
}

/** A "no" from the server, in the buyer's language, or the lack of an answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: unknown;
  readonly indefinite: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly joinUrl: string | undefined;

  constructor(facts: ApiErrorFacts) {
    super(facts.message);
    this.name = 'ApiError';
    this.status = facts.status;
    this.code = facts.code;
    this.detail = facts.detail;
    this.indefinite = facts.indefinite;
    this.retryAfterSeconds = facts.retryAfterSeconds;
    this.joinUrl = facts.joinUrl;
  }
}

/** Reads an error body; a proxy's page instead of one still becomes an error with its status. */
export async function readApiError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  return new ApiError({
    status: response.status,
    code: typeof fields.code === 'string' ? fields.code : `HTTP_${response.status}`,
    message: typeof fields.message === 'string' ? fields.message : `HTTP ${response.status}`,
    detail: fields.detail,
    indefinite: fields.indefinite === true || [502, 504].includes(response.status),
    retryAfterSeconds: readRetryAfter(response.headers.get('Retry-After')),
    joinUrl: typeof fields.join_url === 'string' ? fields.join_url : undefined,
  });
}

function readRetryAfter(header: string | null): number | undefined {
  if (header === null || !/^\d+$/.test(header)) return undefined;
  return Number(header);
}
