import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { clientOf, type ErrorBody } from './client.ts';
import { eventually } from './eventually.ts';
import { freshFolder, MAIN, startProgram } from './program.ts';

it('says at SIGTERM that it wants no more requests, and answers them until that was noticed', async () => {
  const program = await startProgram({ env: { DRAIN_SECONDS: '4' } });
  const anyone = clientOf(program);
  expect((await anyone.get('/ready')).status).toBe(200);
  const stopped = program.stop();
  const ready = () => anyone.get<ErrorBody>('/ready');
  const told = await eventually(ready, ({ status }) => status === 503);
  expect(told.body.detail).toBe('it is being stopped');
  expect(told.headers['retry-after']).toBe('1');
  expect((await anyone.get('/api/v1/events')).status).toBe(200);
  expect((await anyone.get('/health')).status).toBe(200);
  await stopped;
  await expect(anyone.get('/health')).rejects.toThrow();
});

it('ends in order when the shell is ended by which npm starts it', async () => {
  const dataDir = freshFolder();
  // What comes after it keeps the shell from becoming the program.
  const shell = spawn('sh', ['-c', `'${process.execPath}' '${MAIN}' serve --with-parent; :`], {
    cwd: dataDir,
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir, SEED_DEMO: 'false', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = once(shell, 'close').then(() => 'ended');
  try {
    let printed = '';
    shell.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    const docs = await eventually(
      async () => /http:\S+\/docs/.exec(printed)?.[0],
      (found) => found !== undefined,
    );
    expect((await fetch(docs as string)).status).toBe(200);
    shell.kill('SIGTERM');
    // The program has the shell's output, too: it closes when both have ended.
    expect(await ended).toBe('ended');
    await expect(fetch(docs as string)).rejects.toThrow();
    await (await startProgram({ dataDir })).stop();
  } finally {
    try {
      process.kill(-(shell.pid as number), 'SIGKILL');
    } catch {
      // All of them have ended.
    }
    rmSync(dataDir, { recursive: true, force: true });
  }
});
