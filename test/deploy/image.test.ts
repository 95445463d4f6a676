import { exec, execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { freePort } from '../backends/servers/free-port.ts';
import { failedStart, startProgram } from '../system/program.ts';
import { DOCKERFILE, PACKAGE, ROOT, read } from './image-tree.ts';

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
    const called = [...(PACKAGE.scripts.build ?? '').matchAll(/scripts\/[\w-]+\.mjs/g)].map(([path]) => path);
    expect(called).not.toEqual([]);
    for (const path of called) expect(DOCKERFILE).toMatch(new RegExp(`^COPY ${path} scripts/$`, 'm'));
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

  it('lists what it is made of, without the packages of the developers at hand, and each time the same', async () => {
    const [, command = ''] = /^ && (npm sbom .* > sbom\.cdx\.json) \\$/m.exec(DOCKERFILE) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'onrush-parts-'));
    const listed = async () => {
      await promisify(exec)(command, { cwd: folder });
      return readFileSync(join(folder, 'sbom.cdx.json'), 'utf8');
    };
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(ROOT, file), join(folder, file));
    const list = await listed();
    expect(await listed()).toBe(list);
    rmSync(folder, { recursive: true });
    const { bomFormat, components } = JSON.parse(list) as {
      bomFormat: string;
      components: { name: string }[];
    };
    expect(bomFormat).toBe('CycloneDX');
    const names = components.map(({ name }) => name);
    expect(names).toContain('fastify');
    expect(names).not.toContain('vitest');
  });
});
