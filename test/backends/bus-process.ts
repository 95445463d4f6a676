import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BusPlace } from './buses.ts';

const CHILD = fileURLToPath(new URL('./bus-child.ts', import.meta.url));

export interface Listening {
  topic: string;
  consumer: string;
  atOnce: number;
}

/** A process that listens to a topic. */
export interface BusProcess {
  /** Messages that it was handed, by their ids, in order. */
  readonly handed: readonly string[];
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay, nothing answers. */
  freeze(): void;
  thaw(): void;
}

export async function busProcess(place: BusPlace, listening: Listening): Promise<BusProcess> {
  const child: ChildProcess = fork(CHILD, [JSON.stringify({ place, listening })], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const endWithUs = () => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const handed: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the listening process ended with ${code}`)));
    child.on('message', (said: { listening: true } | { handed: string }) => {
      if ('handed' in said) handed.push(said.handed);
      else resolve();
    });
  });
  return {
    handed,
    async kill() {
      process.removeListener('exit', endWithUs);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  };
}
