// The program on a fresh folder and a free port, for scripts that load it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ended, endIfTold, started } from './children.mjs';

/** The built program; another one where ONRUSH_MAIN says so. */
export const MAIN = process.env.ONRUSH_MAIN ?? fileURLToPath(new URL('../dist/main.js', import.meta.url));

/**
 * Starts it, calls `use` with its address and the organiser's token, and stops it whatever came of that, also when the
 * script is told to end.
 * @param {Record<string, string>} settings on top of the environment
 * @param {(at: { url: string, token: string }) => unknown} use
 */
export async function served(settings, use) {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-rush-'));
  const server = started(['--max-semi-space-size=64', MAIN, 'serve'], {
    env: { ...process.env, DATA_DIR: folder, PORT: '0', SEED_DEMO: 'false', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const { url, token } = await addresses(server, settings.ADMIN_TOKEN);
    return await use({ url, token });
  } finally {
    server.kill('SIGTERM');
    await ended(server);
    rmSync(folder, { recursive: true });
    endIfTold();
  }
}

/** What the server prints when it is ready; its log lines after that are read and dropped, or its pipe would fill. */
function addresses(child, ownToken) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      if (text.length < 100_000) text += chunk;
      const url = /shop\s+(\S+)\/\n/.exec(text)?.[1];
      const token = ownToken ?? /X-Token: (\S+)/.exec(text)?.[1];
      if (url && token) resolve({ url, token });
    });
    child.on('exit', () => reject(new Error('the server did not start')));
  });
}

/** `onrush rush` with these words, and its exit code. */
export function rushed(words) {
  return ended(started([MAIN, 'rush', ...words], { stdio: 'inherit' }));
}
