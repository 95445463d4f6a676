import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import type { Program } from './program.ts';

/** Runs before the program, and moves its clock on when it is told to. */
const MOVER = `
  import { readFileSync } from 'node:fs';
  const right = performance.now.bind(performance);
  let ahead = 0;
  performance.now = () => right() + ahead;
  process.on('SIGUSR2', () => {
    ahead = Number(readFileSync('ahead', 'utf8'));
    console.log('ahead by ' + ahead + ' ms');
  });
`;

/** Of a program whose time can be moved on while it runs. */
export const MOVABLE_TIME = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(MOVER)}`,
};

/** Returns what moves the program's time on by so many seconds; what it waits for by the machine's timers comes no sooner. */
export function timeOf(program: Program): (seconds: number) => Promise<void> {
  let ahead = 0;
  return async (seconds) => {
    ahead += seconds * 1_000;
    writeFileSync(join(program.dataDir, 'ahead'), String(ahead));
    process.kill(program.pid, 'SIGUSR2');
    await eventually(() => program.output().includes(`ahead by ${ahead} ms`), true);
  };
}
