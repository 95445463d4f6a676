import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { killed } from '../backends/servers/killed.ts';
import { eventually } from './eventually.ts';
import { freshFolder, MAIN } from './program.ts';

const RUSH = fileURLToPath(new URL('../../scripts/rush.mjs', import.meta.url));
const COMMANDS = [
  // A server that does nothing, and the program.
  { name: 'onrush bench', words: [MAIN, 'bench', 'hold', '--rounds', '1', '--seconds', '60'], starts: 2 },
  // The program, and the crowd.
  { name: 'npm run rush', words: [RUSH, '--seconds', '60'], starts: 2 },
];

/** Processes that this one started and that still are, as Linux has them. */
function childrenOf({ pid }: ChildProcess): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [state, parent] = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return Number(parent) === pid && state !== 'Z' ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.runIf(existsSync('/proc/self/stat')).each(COMMANDS)('$name', ({ words, starts }) => {
  let command: ChildProcess;
  let folder: string;
  let seen: number[] = [];
  afterEach(async () => {
    await killed(command);
    for (const pid of seen.filter(isThere)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['SIGTERM', 143, starts],
    ['SIGINT', 130, starts],
    ['SIGTERM', 143, 1],
  ] as const)(
    'told to end by %s (%i) with %i of its processes there leaves none of them, and no file',
    async (signal, code, there) => {
      folder = freshFolder();
      command = spawn(process.execPath, words, {
        cwd: folder,
        env: { PATH: process.env.PATH, TMPDIR: folder, ONRUSH_MAIN: MAIN },
        stdio: 'ignore',
      });
      seen = await eventually(
        () => childrenOf(command),
        (found) => found.length >= there,
        { everyMillis: 5 },
      );
      const ended = once(command, 'exit');
      command.kill(signal);
      expect(await ended).toEqual([code, null]);
      await eventually(
        () => seen.filter(isThere),
        (left) => left.length === 0,
      );
      // Where the report of a rush would be.
      expect(readdirSync(folder).filter((name) => name !== 'reports')).toEqual([]);
    },
  );
});
