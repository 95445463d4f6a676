import { rmSync } from 'node:fs';
import { afterAll, beforeAll } from 'vitest';
import { type Client, clientOf, organiserOf } from './client.ts';
import { freshFolder, type Program, startProgram } from './program.ts';

export interface SharedProgram {
  /** The program that runs now; there is none before the first hook. */
  readonly program: Program;
  readonly anyone: Client;
  readonly organiser: Client;
  /** Stops the program and starts it again on the same folder, where all three then speak to it. */
  restart(): Promise<void>;
}

/**
 * One program for all tests of the file or the `describe` that calls this. Nobody is limited in his requests a second
 * unless `env` says so, for the tests are quicker than any buyer.
 */
export function sharedProgram(env: Record<string, string> = {}): SharedProgram {
  const dataDir = freshFolder();
  let running: Program | undefined;
  const start = async () => {
    running = await startProgram({ env: { RATE_LIMIT_PER_PRINCIPAL: '0', ...env }, dataDir });
  };
  const stop = async () => {
    await running?.stop();
    running = undefined;
  };
  beforeAll(start);
  afterAll(async () => {
    await stop();
    rmSync(dataDir, { recursive: true });
  });
  const program = new Proxy({} as Program, {
    get(_, name) {
      if (!running) throw new Error('the program runs between the hooks only');
      return Reflect.get(running, name);
    },
  });
  return {
    program,
    anyone: clientOf(program),
    organiser: organiserOf(program),
    async restart() {
      await stop();
      await start();
    },
  };
}
