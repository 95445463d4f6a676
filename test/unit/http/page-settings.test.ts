import { expect, it } from 'vitest';
import { type Environment, readConfig } from '../../../src/config.ts';
import { settingsOf } from '../../../src/http/web-app.ts';

function settings(env: Environment): string {
  const read = readConfig(env);
  if ('errors' in read) throw new Error(read.errors.join('\n'));
  return settingsOf(read.config);
}

const MAIL = '<meta name="onrush-mail" content="on">';
const SENDER = { MAIL_FROM: 'tickets@example.com' };
const APART = {
  REDIS_URL: 'redis://127.0.0.1',
  DATABASE_URL: 'postgres://me@127.0.0.1/sale',
  INTERNAL_TOKEN: 'shown by roles to each other, in the tests',
  ADMIN_TOKEN: 'organiser-of-the-tests',
  TICKET_KEYS: '5'.repeat(64),
  TOKEN_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
};

it('the page asks for an e-mail address where tickets are mailed', () => {
  expect(settings({})).toBe('');
  expect(settings(SENDER)).toBe('');
  expect(settings({ ...SENDER, SMTP_URL: 'smtp://127.0.0.1' })).toBe(MAIL);
});

it('the page of a role that has no mail server asks for it when there is a sender', () => {
  expect(settings({ ...APART, ROLES: 'web' })).toBe('');
  expect(settings({ ...APART, ...SENDER, ROLES: 'web' })).toBe(MAIL);
});

it('the page knows how buyers say who they are, and where they sign in', () => {
  const byToken = { AUTH_MODE: 'jwt', JWT_SECRET: 'a secret of the tests, long enough' };
  const meta = '<meta name="onrush-identity" content="token">';
  expect(settings(byToken)).toBe(meta);
  const page = 'https://house.example/in?a="&b=<';
  const escaped = 'https://house.example/in?a=&quot;&amp;b=&lt;';
  expect(settings({ ...byToken, SIGN_IN_URL: page })).toBe(
    `${meta}<meta name="onrush-sign-in" content="${escaped}">`,
  );
  expect(settings({ SIGN_IN_URL: page })).toBe('');
});

it.each(['javascript:alert(1)', 'house.example'])('%s is no page to sign in at', (page) => {
  expect(() => settings({ SIGN_IN_URL: page })).toThrow('SIGN_IN_URL must be');
});
