import { Unavailable } from '../../core/unavailable.ts';

/** What a caller is told. Whether Kafka kept what was sent, nobody knows; twice is once, for those who listen. */
export function failed(error: unknown): Unavailable {
  if (error instanceof Unavailable) return error;
  return new Unavailable(`Kafka does not serve: ${innermost(error)}`, { indefinite: true, cause: error });
}

/** The library wraps errors in lists of errors; what an operator can use is at the bottom. */
export function innermost(error: unknown): string {
  let found = error;
  while (found instanceof AggregateError && found.errors.length > 0) found = found.errors[0];
  if (!(found instanceof Error)) return String(found);
  const cause = found.cause instanceof Error ? `: ${innermost(found.cause)}` : '';
  return `${found.message}${cause}`.slice(0, 300);
}
