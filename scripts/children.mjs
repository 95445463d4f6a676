// Processes that end with the script that started them, also when it is told to end in the middle.
import { spawn } from 'node:child_process';

const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
const running = new Set();
let endsWith;

for (const [signal, code] of Object.entries(EXIT_CODES)) {
  process.on(signal, () => {
    endsWith = code;
    for (const child of running) child.kill('SIGTERM');
  });
}

/** Starts a script of Node's. */
export function started(args, options) {
  const child = spawn(process.execPath, args, options);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Resolves with its exit code, null when a signal ended it. */
export function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', resolve));
}

/** To be called when everything is stopped and removed: ends the script if it was told to. */
export function endIfTold() {
  if (endsWith !== undefined) process.exit(endsWith);
}
