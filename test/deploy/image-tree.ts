import { exec, execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
export const DOCKERFILE = read('Dockerfile');

interface Package {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
}

export const PACKAGE = JSON.parse(read('package.json')) as Package;

/** Builds in an empty folder from what the Dockerfile copies of `repository`, and no more. */
export async function builtIn(
  folder: string,
  { repository = ROOT, env = {} }: { repository?: string; env?: Record<string, string> } = {},
): Promise<void> {
  const packages = join(folder, 'node_modules');
  copied(repository, folder);
  symlinkSync(join(ROOT, 'node_modules'), packages);
  // Types are looked at by the check, and take most of the time.
  await promisify(exec)((PACKAGE.scripts.build ?? '').replace('tsc ', 'tsc --noCheck '), {
    cwd: folder,
    env: { PATH: `${ROOT}node_modules/.bin:${process.env.PATH}`, ...env },
  });
  rmSync(packages);
}

/** Puts the packages beside it that the image has: those of production, pruned. */
export async function packagesIn(folder: string): Promise<void> {
  const list = ['ls', '--omit=dev', '--all', '--parseable'];
  const { stdout } = await promisify(execFile)('npm', list, { cwd: ROOT });
  const isInAnother = (path: string) => path.lastIndexOf('node_modules') > ROOT.length;
  for (const path of stdout.trim().split('\n').slice(1))
    if (!isInAnother(path)) cpSync(path, join(folder, relative(ROOT, path)), { recursive: true });
  const [, script = ''] = /node \/tmp\/(\S+) node_modules$/m.exec(DOCKERFILE) ?? [];
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts', script), join(folder, 'node_modules')]);
}

/** What the stage that builds copies from the repository, where it copies it to; .dockerignore holds builds of this machine back. */
function copied(repository: string, folder: string): void {
  const [stages = ''] = DOCKERFILE.split(/^FROM .* AS runtime$/m);
  for (const [, words = ''] of stages.matchAll(/^COPY (?!--from)(.*)$/gm)) {
    const sources = words.split(' ');
    const to = sources.pop() as string;
    for (const source of sources) {
      const target = to.endsWith('/') ? join(folder, to, basename(source)) : join(folder, to);
      cpSync(join(repository, source), target, {
        recursive: true,
        filter: (path) => path !== join(repository, 'web/dist'),
      });
    }
  }
}

/** What built files import from packages, at their beginning or later; not what is named in text, for who runs the sources. */
export function importsOf(dist: string): string[] {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  const importing = /(?:^(?:import|export|\}).* from |^import |(?<!`)\bimport\()'([^'.$][^']*)'/gm;
  const asked = files.flatMap((file) =>
    [...readFileSync(join(dist, file), 'utf8').matchAll(importing)].map(([, name = '']) => name),
  );
  return [...new Set(asked.filter((name) => !isBuiltin(name)))];
}
