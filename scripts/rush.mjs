// `npm run rush`: starts the program on a fresh folder and a free port, sells 10,000 seats to 50,000 buyers, and stops
// it. Further arguments go to `onrush rush`, such as --buyers 100000.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'onrush-rush-'));
const server = spawn(process.execPath, ['--max-semi-space-size=64', main, 'serve'], {
  env: { ...process.env, DATA_DIR: folder, PORT: '0', SEED_DEMO: 'false' },
  stdio: ['ignore', 'pipe', 'inherit'],
});

let status = 1;
try {
  const { url, token } = await addresses(server);
  const args = [main, 'rush', '--url', url, '--token', token, '--buyers', '50000', '--seats', '10000'];
  ({ status } = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], { stdio: 'inherit' }));
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.on('exit', resolve));
  rmSync(folder, { recursive: true });
}
process.exit(status ?? 1);

/** What the server prints when it is ready; its log lines after that are read and dropped, or its pipe would fill. */
function addresses(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      if (text.length < 100_000) text += chunk;
      const url = /shop\s+(\S+)\/\n/.exec(text)?.[1];
      const token = /X-Token: (\S+)/.exec(text)?.[1];
      if (url && token) resolve({ url, token });
    });
    child.on('exit', () => reject(new Error('the server did not start')));
  });
}
