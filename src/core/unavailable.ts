/**
 * What an adapter throws when its back end cannot serve. Definite: nothing happened. Indefinite: the effect is
 * unknown, and the caller learns it by asking again with the same key.
 */
export class Unavailable extends Error {
  override name = 'Unavailable';
  readonly indefinite: boolean;
  readonly retryAfterSeconds: number;

  constructor(
    message: string,
    options: { indefinite?: boolean; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.indefinite = options.indefinite ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1;
  }
}

/**
 * For what follows a first durable step: if it fails, something has happened all the same, so the caller is told that
 * the effect is unknown and asks again with the same key.
 */
export async function afterEffect<R>(step: () => Promise<R>): Promise<R> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof Unavailable) || error.indefinite) throw error;
    throw new Unavailable(error.message, { indefinite: true, cause: error });
  }
}

/** For what follows a step that failed: what that one may have done stays possible, however this one fails. */
export function afterFailure<R>(failure: unknown, step: () => Promise<R>): Promise<R> {
  return failure instanceof Unavailable && failure.indefinite ? afterEffect(step) : step();
}

/** For `catch`, where it is tried again or does not matter: what is no Unavailable is thrown on. */
export function onlyUnavailable(error: unknown): undefined {
  if (!(error instanceof Unavailable)) throw error;
  return undefined;
}
