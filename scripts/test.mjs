// Runs every suite on every back end that the machine has, then says which back ends ran and which were absent. With
// BACKENDS=all (or a list of names) an absent one is a failure. The last line counts the tests.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'onrush-test-'));
const results = join(folder, 'results.json');
const backends = join(folder, 'backends.jsonl');

const vitest = spawnSync(
  'vitest',
  [
    'run',
    '--reporter',
    'default',
    '--reporter',
    'json',
    '--outputFile.json',
    results,
    '--reporter',
    fileURLToPath(new URL('second-tries.mjs', import.meta.url)),
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      PATH: `${root}node_modules/.bin${delimiter}${process.env.PATH}`,
      ONRUSH_BACKENDS_REPORT: backends,
    },
  },
);

const { ran, absent } = backendsReported();
console.log(`\nback ends that ran: ${ran.join(', ') || 'none'}`);
console.log(`back ends absent:   ${absent.join(', ') || 'none'}`);
const { passed, failed, skipped } = counts();
rmSync(folder, { recursive: true });
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(vitest.status === 0 && failed === 0 && passed > 0 ? 0 : 1);

function backendsReported() {
  const lines = existsSync(backends) ? readFileSync(backends, 'utf8').trim().split('\n').filter(Boolean) : [];
  const seen = new Map(lines.map((line) => JSON.parse(line)).map(({ name, present }) => [name, present]));
  const names = (wanted) => [...seen].filter(([, present]) => present === wanted).map(([name]) => name);
  return { ran: names(true), absent: names(false) };
}

/** A file that failed though none of its tests did (its servers, or the file itself) is one failure, so that nothing is lost in the count. */
function counts() {
  if (!existsSync(results)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(results, 'utf8'));
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
