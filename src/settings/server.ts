import { choice, flag, matching, type Setting, seconds, text, whole } from './kinds.ts';

/** The process itself. */
export const SERVER_SETTINGS = {
  HOST: matching(
    '127.0.0.1',
    /^[\w.:-]{1,255}$/,
    'an address or a host name',
    'address to listen on; other than loopback means production',
  ),
  PORT: whole(
    undefined,
    { min: 0, max: 65_535 },
    { about: 'port to listen on; 0 takes any free one; unset: 8000, or the port of the one role' },
  ),
  NODE_ENV: text('"production" switches the production checks on'),
  DATA_DIR: matching(
    './data',
    /^.{1,4096}$/,
    'a path',
    'folder of the embedded ledger and the generated secrets',
  ),
  DEBUG: flag(false, 'debug logs, and causes in error bodies; never on a public server'),
  LOG_LEVEL: choice(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    'info',
    'lowest level that is logged',
  ),
  DRAIN_SECONDS: seconds(
    0,
    { min: 0, max: 300 },
    'time after SIGTERM in which requests are still taken while /ready is 503',
  ),
  SEED_DEMO: flag(true, 'demo events on an empty ledger'),
  ALLOW_RESET: flag(undefined, 'the reset routes; unset: on loopback only'),
} satisfies Record<string, Setting<unknown>>;
