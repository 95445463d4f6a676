import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { createLog } from '../../../src/telemetry/logs.ts';

const PLANTED = {
  ADMIN_TOKEN: 'planted-admin-token',
  DB_PASSWORD: 'planted-db-password',
  TICKET_KEYS: 'planted1'.replace(/./g, '5a').padEnd(64, 'b7'),
  REDIS_URL: 'redis://:planted-redis@cache.example/0',
  SMTP_URL: 'smtp://post:planted-mail@mail.example:587',
};
const SECRETS = [
  ...['planted-admin-token', 'planted-db-password', PLANTED.TICKET_KEYS],
  ...['planted-redis', 'planted-mail'],
];

function logged(
  write: (log: ReturnType<typeof createLog>) => void,
  level = 'trace',
): Record<string, unknown>[] {
  const more = {
    DB_HOST: 'db',
    DB_USER: 'ann',
    DB_NAME: 'sale',
    MAIL_FROM: 'a@b.example',
    TOKEN_KEYS: `k:${'QUJD'.repeat(11)}`,
  };
  const read = readConfig({ ...PLANTED, ...more, LOG_LEVEL: level });
  if ('errors' in read) throw new Error(read.errors.join('\n'));
  const lines: string[] = [];
  write(createLog(read.config, { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

it.each(SECRETS)('%s is in no line, whatever brought it there', (secret) => {
  const lines = logged((log) => {
    log.info({ route: `/x/${secret}` }, `said ${secret}`);
    log.warn(
      { error: new Error(`cannot reach redis://:${secret}@cache`, { cause: new Error(secret) }) },
      'failed',
    );
    log.error({ deep: { deeper: [{ deepest: secret }] } }, 'failed');
  });
  expect(lines).toHaveLength(3);
  expect(JSON.stringify(lines)).not.toContain(secret);
  expect(lines[1]).toMatchObject({
    error: { type: 'Error', message: expect.stringContaining('[redacted]') },
  });
});

it.each(['authorization', 'cookie', 'token', 'ticket', 'password', 'secret', 'session', 'x-token'])(
  'a field that is called %s is not told, at the top or one level down',
  (name) => {
    const [top, below] = logged((log) => {
      log.info({ [name]: 'of somebody' }, 'x');
      log.info({ headers: { [name]: 'of somebody' } }, 'x');
    });
    expect(JSON.stringify([top, below])).not.toContain('of somebody');
  },
);

it('of what was thrown its type, message and stack are told, and nothing that a driver hung on it', () => {
  const rows = {
    sql: "INSERT 'ann@mail.example'",
    detail: 'of ann@mail.example',
    parameters: ['4111111111111111'],
  };
  const lines = logged((log) => {
    log.error({ error: Object.assign(new TypeError('a bug'), rows) }, 'unexpected error');
    log.error({ error: new Error('outer', { cause: Object.assign(new Error('inner'), rows) }) }, 'x');
    log.error({ error: new AggregateError([Object.assign(new Error('one'), rows)], 'all') }, 'x');
    log.error({ error: rows }, 'x');
  });
  expect(JSON.stringify(lines)).not.toMatch(/ann@mail|4111/);
  expect(lines[0]?.error).toEqual({
    type: 'TypeError',
    message: 'a bug',
    stack: expect.stringContaining('logs.test.ts'),
  });
  expect(lines[1]?.error).toMatchObject({ message: 'outer: inner' });
});

it('a line has its level, its time and its event, under the names that docs/logs.md has', () => {
  const [line] = logged((log) => log.warn({ traceId: 'a' }, 'a back end cannot serve'));
  expect(line).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    pid: process.pid,
    traceId: 'a',
    event: 'a back end cannot serve',
  });
  const described = [...readFileSync('docs/logs.md', 'utf8').matchAll(/^\| `(\w+)` \|/gm)].map(
    ([, name]) => name,
  );
  expect(described).toEqual(expect.arrayContaining(Object.keys(line ?? {})));
});

it('what is below the level is not written', () => {
  const levels = logged((log) => {
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level]('x');
  }, 'warn').map(({ level }) => level);
  expect(levels).toEqual(['warn', 'error']);
});
