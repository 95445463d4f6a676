// Fetches the programs of others that check or drive what is in deploy/, into ~/.cache/onrush/tools, outside of the
// repository: with Go (k6, helm, actionlint, amtool, docker-compose) and Python (locust). What is there already, or cannot be
// had without Go or Python, is left out; the tests report what is absent.
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
const COMPOSE = 'github.com/docker/compose/v2@v2.38.2';

mkdirSync(BIN, { recursive: true });
const go = run('go', ['version']);
for (const [tool, module] of Object.entries(WITH_GO)) {
  if (go && !existsSync(join(BIN, tool))) say(tool, run('go', ['install', module], { env: { GOBIN: BIN } }));
}
if (go && !existsSync(join(BIN, 'docker-compose'))) say('docker-compose', buildCompose());
if (!existsSync(join(FOLDER, 'locust', 'bin', 'locust'))) say('locust', installLocust());

/** `go install` does not take a module that excludes versions of others, so it is built from its source. */
function buildCompose() {
  const { stdout, status } = spawnSync('go', ['mod', 'download', '-json', COMPOSE], { encoding: 'utf8' });
  if (status !== 0) return false;
  const source = mkdtempSync(join(tmpdir(), 'onrush-compose-'));
  cpSync(JSON.parse(stdout).Dir, source, { recursive: true });
  spawnSync('chmod', ['-R', 'u+w', source]);
  const built = run('go', ['build', '-o', join(BIN, 'docker-compose'), './cmd'], { cwd: source });
  rmSync(source, { recursive: true, force: true });
  return built;
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
