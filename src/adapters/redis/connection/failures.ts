import { ErrorReply } from '@redis/client';
import { Unavailable } from '../../../core/unavailable.ts';

/** What the failure of a server is called that took the connection and said nothing on it. */
export const SILENT = 'it does not answer';

/** Replies that say "not now, not here": the command was refused before it began. */
const REFUSED =
  /^(READONLY|LOADING|BUSY(?!GROUP)|OOM|MISCONF|NOREPLICAS|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|MOVED|ASK|NOAUTH|NOPERM|UNKILLABLE|-?ERR max number of clients)/;
/** The same reply out of the middle of a script leaves open what the script did before. */
const IN_SCRIPT = /script: [0-9a-f]{40}/;

/** Whether a write may have taken effect when it failed: not when it was refused beforehand. */
export type Effect = 'read' | 'write';

/** What a caller is told of a failed command: Unavailable, or the error itself when it is a defect of ours. */
export function failureOf(error: unknown, server: string, effect: Effect): unknown {
  if (error instanceof Unavailable) {
    return error.indefinite && effect === 'read' ? new Unavailable(error.message, { cause: error }) : error;
  }
  if (!(error instanceof ErrorReply) || !REFUSED.test(error.message)) return error;
  const indefinite = effect === 'write' && IN_SCRIPT.test(error.message);
  return new Unavailable(`Redis at ${server} answers "${error.message.slice(0, 200)}"`, {
    indefinite,
    cause: error,
  });
}

/** For a command that was given to a connection which ended before the answer. */
export function lost(server: string, cause: unknown): Unavailable {
  return new Unavailable(`Redis at ${server} was lost before it answered`, { indefinite: true, cause });
}

/** For a command that was never sent. */
export function notSent(server: string, cause?: unknown): Unavailable {
  const why = cause instanceof Error && cause.message ? `: ${cause.message}` : '';
  return new Unavailable(`Redis at ${server} cannot be asked${why}`, { cause });
}
