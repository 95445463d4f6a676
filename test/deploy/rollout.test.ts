import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROLLOUT = fileURLToPath(new URL('../../deploy/rollout.sh', import.meta.url));

/** In place of Docker: notes what it was asked, and which version is up. */
const DOCKER = `#!/usr/bin/env bash
echo "$ONRUSH_TAG: $*" >> "$FOLDER/asked"
case "$*" in *" up -d "*) echo -n "$ONRUSH_TAG" > "$FOLDER/up" ;; esac
case "$*:$ONRUSH_TAG" in *" pull "*:missing) exit 1 ;; esac
`;

let folder: string;
let door: Server;
/** Versions that answer. */
let good: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'onrush-rollout-'));
  writeFileSync(join(folder, 'docker'), DOCKER);
  chmodSync(join(folder, 'docker'), 0o755);
  good = [];
  door = createServer((_, response) => {
    response.writeHead(good.includes(readFileSync(join(folder, 'up'), 'utf8')) ? 200 : 503).end();
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  door.close();
  rmSync(folder, { recursive: true, force: true });
});

async function rollout(tag: string): Promise<{ code: number; said: string; runs: string; deployed: string }> {
  const env = {
    FOLDER: folder,
    PATH: `${folder}:${process.env.PATH}`,
    DEPLOYED_FILE: join(folder, 'deployed'),
    HEALTH_URL: `http://127.0.0.1:${(door.address() as AddressInfo).port}/health`,
    GATE_SECONDS: '4',
  };
  const ended = await promisify(execFile)(ROLLOUT, [tag], { env }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, said: stderr }),
  );
  const read = (file: string) => {
    try {
      return readFileSync(join(folder, file), 'utf8').trim();
    } catch {
      return '';
    }
  };
  return { ...ended, runs: read('up'), deployed: read('deployed') };
}

describe('a rollout', () => {
  it('keeps a version that serves, and remembers it', async () => {
    good = ['1.0'];
    expect(await rollout('1.0')).toEqual({ code: 0, said: '1.0 serves\n', runs: '1.0', deployed: '1.0' });
  });

  it('goes back to the version before when the new one does not serve', async () => {
    good = ['1.0'];
    await rollout('1.0');
    const { code, said, runs, deployed } = await rollout('1.1');
    expect({ code, runs, deployed }).toEqual({ code: 1, runs: '1.0', deployed: '1.0' });
    expect(said).toContain('went back to 1.0');
  });

  it('does not touch what runs when there is no such image', async () => {
    good = ['1.0'];
    await rollout('1.0');
    const { code, runs } = await rollout('missing');
    expect({ code, runs }).toEqual({ code: 1, runs: '1.0' });
  });

  it('says that nothing serves when the first version does not', async () => {
    const { code, said, deployed } = await rollout('1.0');
    expect({ code, deployed }).toEqual({ code: 2, deployed: '' });
    expect(said).toContain('none before it');
  });
});
