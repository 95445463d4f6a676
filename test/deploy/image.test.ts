import { exec, execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { freePort } from '../backends/servers/free-port.ts';
import { failedStart, startProgram } from '../system/program.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const DOCKERFILE = read('Dockerfile');

interface Package {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
}

/** The arguments of an instruction in its JSON form, the last one in the file. */
function words(instruction: string): string[] {
  const found = [
    ...DOCKERFILE.matchAll(new RegExp(`${instruction}(?: --\\S+)* (?:CMD )?(\\[.*\\])$`, 'gm')),
  ].at(-1);
  if (!found?.[1]) throw new Error(`the Dockerfile has no ${instruction}`);
  return JSON.parse(found[1]) as string[];
}

/** What ENV sets in the last stage. */
function environment(): Record<string, string> {
  const [, pairs = ''] = /^ENV (.*)$/m.exec(DOCKERFILE) ?? [];
  return Object.fromEntries(pairs.split(' ').map((pair) => pair.split('=') as [string, string]));
}

/** The settings of the service in deploy/compose.yml, with their defaults. */
function composed(): Record<string, string> {
  const lines = [...read('deploy/compose.yml').matchAll(/^ {6}([A-Z_]+): (?:\$\{[A-Z_]+:-)?([^}\n]+)\}?$/gm)];
  return Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value]));
}

/** What the stage that builds copies from the repository, where it copies it to; .dockerignore holds builds of this machine back. */
function copied(folder: string): void {
  const [stages = ''] = DOCKERFILE.split(/^FROM .* AS runtime$/m);
  for (const [, words = ''] of stages.matchAll(/^COPY (?!--from)(.*)$/gm)) {
    const sources = words.split(' ');
    const to = sources.pop() as string;
    for (const source of sources) {
      const target = to.endsWith('/') ? join(folder, to, basename(source)) : join(folder, to);
      cpSync(join(ROOT, source), target, {
        recursive: true,
        filter: (path) => path !== join(ROOT, 'web/dist'),
      });
    }
  }
}

/** The packages that built files import, at their beginning or later; not those named in text, which is for who runs the sources. */
function packagesAskedFor(dist: string): string[] {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  const importing = /(?:^(?:import|export|\}).* from |^import |(?<!`)\bimport\()'([^'.$][^']*)'/gm;
  const asked = files.flatMap((file) =>
    [...readFileSync(join(dist, file), 'utf8').matchAll(importing)].map(([, name = '']) => name),
  );
  const strangers = asked.filter((name) => !isBuiltin(name));
  return [...new Set(strangers.map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name))];
}

describe('the image', () => {
  it('copies what is there, and what .dockerignore lets through', () => {
    const stages = DOCKERFILE.split('\n').filter((line) => /^COPY (?!--from)/.test(line));
    const sources = stages.flatMap((line) => line.split(' ').slice(1, -1));
    expect(sources).toContain('src');
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    for (const source of sources) {
      expect(existsSync(join(ROOT, source)), source).toBe(true);
      expect(
        allowed.some((path) => source === path || source.startsWith(`${path}/`)),
        source,
      ).toBe(true);
    }
  });

  it('copies every script that its build calls', () => {
    const scripts = (JSON.parse(read('package.json')) as Package).scripts;
    const called = [...(scripts.build ?? '').matchAll(/scripts\/[\w-]+\.mjs/g)].map(([path]) => path);
    expect(called).not.toEqual([]);
    for (const path of called) expect(DOCKERFILE).toMatch(new RegExp(`^COPY ${path} scripts/$`, 'm'));
  });

  it('is built from what it copies and no more, and what is built needs no package of the developers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'onrush-image-'));
    try {
      copied(folder);
      symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
      const { scripts, dependencies } = JSON.parse(read('package.json')) as Package;
      // Types are looked at by the check, and take most of the time.
      const build = (scripts.build ?? '').replace('tsc ', 'tsc --noCheck ');
      await promisify(exec)(build, {
        cwd: folder,
        env: { PATH: `${ROOT}node_modules/.bin:${process.env.PATH}` },
      });
      for (const path of ['dist/main.js', 'dist/adapters/redis/lua', 'web/dist/index.html.br'])
        expect(existsSync(join(folder, path)), path).toBe(true);
      const asked = packagesAskedFor(join(folder, 'dist'));
      expect(asked).toContain('fastify');
      expect(asked.filter((name) => !(name in dependencies))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is of a user without rights, and keeps no secret', () => {
    expect(DOCKERFILE.match(/^USER .*$/gm)?.at(-1)).toBe('USER 65532:65532');
    expect(DOCKERFILE).not.toMatch(/TOKEN|SECRET|PASSWORD/);
  });

  it('starts with its command and the settings of compose.yml, is healthy while it runs, and only then', async () => {
    const [node, ...entry] = words('ENTRYPOINT');
    expect(node).toBe('/usr/local/bin/node');
    // As Program starts it, with the same flags or without.
    expect([...entry, ...words('CMD')].slice(-2)).toEqual(['dist/main.js', 'serve']);
    execFileSync(process.execPath, [...entry.slice(0, -1), '--version']);
    const port = String(await freePort());
    const { DATA_DIR: _, ...env } = environment();
    const program = await startProgram({ env: { ...env, ...composed(), HOST: '127.0.0.1', PORT: port } });
    const healthy = () =>
      promisify(execFile)(process.execPath, words('HEALTHCHECK').slice(1), {
        cwd: ROOT,
        env: { PORT: port },
      }).then(
        () => true,
        () => false,
      );
    expect(await healthy()).toBe(true);
    await program.stop();
    expect(await healthy()).toBe(false);
  });

  it('does not let everybody be whom he says he is: compose.yml alone says that its port is private', async () => {
    const { DATA_DIR: _, ...env } = environment();
    const { code, output } = await failedStart({ env: { ...env, PORT: '0' } });
    expect(code).toBe(2);
    expect(output).toContain('TRUST_HEADER_AUTH');
    expect(read('deploy/compose.yml')).toMatch(/ports: \["127\.0\.0\.1:\S+:8000"\]/);
  });

  it('lists what it is made of', async () => {
    const words = ['sbom', '--sbom-format=cyclonedx', '--omit=dev'];
    const { stdout } = await promisify(execFile)('npm', words, { cwd: ROOT, maxBuffer: 2 ** 26 });
    const { bomFormat, components } = JSON.parse(stdout) as {
      bomFormat: string;
      components: { name: string }[];
    };
    expect(bomFormat).toBe('CycloneDX');
    const names = components.map(({ name }) => name);
    expect(names).toContain('fastify');
    expect(names).not.toContain('vitest');
  });
});
