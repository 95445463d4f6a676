// Runs before start, test and the other commands, on a clone where nothing is installed: needs Node alone. Installs
// when the lock file is not the one that was installed, builds when a source is newer than the build, else does
// nothing, quickly.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const INSTALLED = join(root, 'node_modules', '.onrush-installed');
const BUILT = join(root, 'dist', '.onrush-built');
const SOURCES = [
  'src',
  'web/src',
  'web/index.html',
  'web/public',
  'web/vite.config.ts',
  'web/precompress.ts',
  'scripts/complete-build.mjs',
  'web/tsconfig.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Onrush needs Node 20.19 or newer; this is ${process.version}`);
  process.exit(1);
}

const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
if (readIfThere(INSTALLED) !== lock) {
  run('installing the packages (once)', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(INSTALLED, lock);
}

const sources = createHash('sha256').update(SOURCES.map(fingerprint).join('\n')).digest('hex');
if (readIfThere(BUILT) !== sources || !existsSync(join(root, 'web', 'dist', 'index.html'))) {
  run('building', 'npm', ['run', '--silent', 'build']);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(BUILT, sources);
}

/** Names, sizes and times of all files below a path: enough to see a change without reading them. */
function fingerprint(path) {
  const full = join(root, path);
  if (!existsSync(full)) return `${path} -`;
  const stat = statSync(full);
  if (!stat.isDirectory()) return `${path} ${stat.size} ${stat.mtimeMs}`;
  return readdirSync(full)
    .sort()
    .map((name) => fingerprint(join(path, name)))
    .join('\n');
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function run(what, command, args) {
  console.log(`${what} …`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}
