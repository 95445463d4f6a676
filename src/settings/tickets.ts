import { type Given, matching, type Setting, secret } from './kinds.ts';

const isTimeZone = (name: string): boolean => {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const timeZone: Setting<string> = {
  read: (value) => (isTimeZone(value) ? { value } : { expected: 'a time zone such as Asia/Seoul' }),
  fallback: 'UTC',
  about: 'in which tickets and letters tell the time of an event',
};

/** Tickets, and the letters that bring them. */
export const TICKET_SETTINGS = {
  TICKET_KEYS: secret(
    'keys of the tickets, 64 hex digits each, separated by commas; the first signs; unset: made and kept in DATA_DIR',
  ),
  TIME_ZONE: timeZone,
  SMTP_URL: secret('mail server, smtp://user:password@host:587 or smtps://…; unset: nobody is sent tickets'),
  MAIL_FROM: matching(
    '',
    /^[^\r\n]{0,320}$/,
    'one line',
    'sender of the letters: an address, or Name <address>',
  ),
} satisfies Record<string, Setting<unknown>>;

/** The same as one concern. */
export function ticketsOf(given: Given<typeof TICKET_SETTINGS>) {
  return {
    keys: given.TICKET_KEYS,
    timeZone: given.TIME_ZONE,
    smtpUrl: given.SMTP_URL,
    mailFrom: given.MAIL_FROM,
  };
}
