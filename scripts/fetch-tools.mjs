// Fetches the programs of others that check or drive what is in deploy/, into ~/.cache/onrush/tools, outside of the
// repository: with Go (k6, helm, actionlint, amtool, docker-compose) and Python (locust). What is there already, or cannot be
// had without Go or Python, is left out; the tests report what is absent. `node scripts/fetch-tools.mjs jaeger` builds Jaeger,
// too, which takes seven minutes of processor time and is for a test that is run by hand (docs/deploy.md).
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const FOLDER = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'onrush', 'tools');
const BIN = join(FOLDER, 'bin');
const WITH_GO = {
  k6: 'go.k6.io/k6@v1.3.0',
  helm: 'helm.sh/helm/v3/cmd/helm@v3.18.4',
  actionlint: 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.7',
  amtool: 'github.com/prometheus/alertmanager/cmd/amtool@v0.28.1',
};
/** `go install` does not take a module that excludes or replaces versions of others: these are built from their source. */
const FROM_SOURCE = {
  'docker-compose': ['github.com/docker/compose/v2@v2.38.2', './cmd'],
  // What its images call 2.13.0; without its pages, which are no part of the module.
  jaeger: ['github.com/jaegertracing/jaeger@v1.76.0', './cmd/jaeger'],
};
const WANTED = Object.entries(FROM_SOURCE).filter(([tool]) => tool !== 'jaeger' || process.argv[2] === tool);

mkdirSync(BIN, { recursive: true });
const go = run('go', ['version']);
for (const [tool, module] of Object.entries(WITH_GO)) {
  if (go && !existsSync(join(BIN, tool))) say(tool, run('go', ['install', module], { env: { GOBIN: BIN } }));
}
for (const [tool, source] of WANTED) {
  if (go && !existsSync(join(BIN, tool))) say(tool, built(tool, ...source));
}
if (!existsSync(join(FOLDER, 'locust', 'bin', 'locust'))) say('locust', installLocust());

function built(tool, module, main) {
  const { stdout, status } = spawnSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8' });
  if (status !== 0) return false;
  const source = mkdtempSync(join(tmpdir(), `onrush-${tool}-`));
  cpSync(JSON.parse(stdout).Dir, source, { recursive: true });
  spawnSync('chmod', ['-R', 'u+w', source]);
  const done = run('go', ['build', '-o', join(BIN, tool), main], { cwd: source });
  rmSync(source, { recursive: true, force: true });
  return done;
}

function installLocust() {
  const folder = join(FOLDER, 'locust');
  return (
    run('python3', ['-m', 'venv', folder]) &&
    run(join(folder, 'bin', 'pip'), ['install', '-q', 'locust==2.47.0'])
  );
}

function run(command, args, { env = {}, cwd } = {}) {
  const options = { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] };
  return spawnSync(command, args, options).status === 0;
}

function say(tool, isHere) {
  console.log(`${isHere ? 'fetched' : 'absent '} ${tool}`);
}
