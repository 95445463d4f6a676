import type { Millis } from '../../core/clock.ts';

type Undo = () => Promise<void>;

const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof EXIT_CODES;
const SIGNALS = Object.keys(EXIT_CODES) as Signal[];
/** For the servers to stop in order. */
const PATIENCE: Millis = 15_000;

const undoings = new Set<Undo>();

/**
 * What is to be done when the process is told to end before the returned function was called: the latest first, so that a
 * server is stopped before its folder goes. A second signal ends it at once.
 */
export function atTheEnd(undo: Undo): () => void {
  if (undoings.size === 0) for (const signal of SIGNALS) process.on(signal, end);
  undoings.add(undo);
  return () => {
    undoings.delete(undo);
    if (undoings.size === 0) for (const signal of SIGNALS) process.off(signal, end);
  };
}

function end(signal: NodeJS.Signals): void {
  const exit = () => process.exit(EXIT_CODES[signal as Signal]);
  for (const each of SIGNALS) process.off(each, end).on(each, exit);
  setTimeout(exit, PATIENCE);
  void undoAll().finally(exit);
}

async function undoAll(): Promise<void> {
  for (const undo of [...undoings].reverse()) await undo().catch((error: unknown) => console.error(error));
}
