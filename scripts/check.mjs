// One word before every commit: formatting and lint, types, import rules, dead code, unit tests. Runs them two at a
// time, prints only what failed, and says how long each took.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const CHECKS = [
  ['biome', 'biome', ['check', '--error-on-warnings']],
  // Modules that did not change since the last check are not compiled again.
  ['unit tests', 'vitest', ['run', '--project', 'unit', '--reporter', 'dot', '--experimental.fsModuleCache']],
  [
    'types',
    'tsc',
    ['-p', '.', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/check.tsbuildinfo'],
  ],
  [
    'types of the pages',
    'tsc',
    ['-p', 'web', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/web.tsbuildinfo'],
  ],
  ['imports', 'depcruise', ['--config', '.dependency-cruiser.mjs', 'src', 'web/src']],
  ['dead code', 'knip', []],
];
const AT_ONCE = 2;

if (!existsSync(`${root}node_modules/.bin/biome`)) {
  console.error('the packages are not installed: run "npm ci" first');
  process.exit(1);
}
const waiting = [...CHECKS];
let failed = 0;
await Promise.all(Array.from({ length: AT_ONCE }, worker));
process.exit(failed > 0 ? 1 : 0);

async function worker() {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    const [name, command, args] = check;
    const started = performance.now();
    const { code, output } = await run(command, args);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
    if (code === 0) continue;
    failed++;
    console.log(output);
  }
}

function run(command, args) {
  const path = `${root}node_modules/.bin${delimiter}${process.env.PATH}`;
  const child = spawn(command, args, { cwd: root, env: { ...process.env, PATH: path } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}
