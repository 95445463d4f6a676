import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { bodyOf, clientOf, expectRefusal } from './client.ts';
import { MAIN, startProgram } from './program.ts';

const SECRET = 'a-secret-of-the-tests-that-is-long-enough';

async function printed(words: readonly string[], env: Record<string, string>): Promise<string[][]> {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'token', ...words], {
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
}

it('the tokens are good for what they say, and for nothing else', async () => {
  const env = { AUTH_MODE: 'jwt', JWT_SECRET: SECRET };
  const program = await startProgram({ env });
  try {
    const [[user, header] = []] = await printed(['--user', 'ann'], env);
    expect(user).toBe('ann');
    const ann = clientOf(program).with({ authorization: header?.replace(/^Authorization: /, '') ?? '' });
    expect(bodyOf(await ann.get('/api/v1/bookings'))).toEqual([]);
    expectRefusal(await ann.get('/metrics'), { status: 403, code: 'ORGANISER_ONLY' });
    const [[, admin] = []] = await printed(['--user', 'boss', '--roles', 'admin'], env);
    const boss = clientOf(program).with({ authorization: admin?.replace(/^Authorization: /, '') ?? '' });
    expect((await boss.get('/metrics')).status).toBe(200);
  } finally {
    await program.stop();
  }
});

it('in header mode it names the header', async () => {
  const lines = await printed(['--users', '3'], {});
  expect(lines).toEqual([1, 2, 3].map((index) => [`user-${index}`, `X-User-ID: user-${index}`]));
});
