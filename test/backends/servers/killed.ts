import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Resolves when it is no more; at once when it had ended by itself. */
export async function killed(
  child: ChildProcess | undefined,
  signal: NodeJS.Signals = 'SIGKILL',
): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
