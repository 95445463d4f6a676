import { freshFolder, type Program, startProgram } from '../program.ts';
import type { Victim } from './mixed-loop.ts';

const SETTINGS = {
  RATE_LIMIT_PER_PRINCIPAL: '0',
  SHED_DELAY_MS: '0',
  RESERVATION_TIMEOUT_SECONDS: '10',
  MAX_HOLD_TOTAL_SECONDS: '20',
  PAYMENT_DEADLINE_SECONDS: '10',
};

/** The embedded program on a folder of its own, which goes on where it was killed. */
export function killableProgram(): { victim: Victim; dataDir: string; stop(): Promise<void> } {
  const dataDir = freshFolder();
  const startOnce = () => startProgram({ dataDir, env: SETTINGS });
  // On a machine that is too busy for a start in time, it is started again, as whoever runs it would.
  const start = () => startOnce().catch(startOnce);
  let running: Promise<Program> | undefined = start();
  const now = () => running ?? Promise.reject(new Error('it was stopped'));
  return {
    dataDir,
    victim: {
      running: now,
      killed() {
        running = now().then((program) => program.kill().then(start));
      },
      rested: now,
    },
    async stop() {
      const last = running;
      running = undefined;
      await (await last)?.stop();
    },
  };
}
