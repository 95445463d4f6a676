import { choice, flag, keyRing, matching, type Setting, secret, text, whole } from './kinds.ts';

/** The process itself, and who may use it. */
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

  AUTH_MODE: choice(
    ['header', 'jwt'],
    'header',
    'who names the user: the X-User-ID header, or a bearer token',
  ),
  TRUST_HEADER_AUTH: flag(false, 'a proxy in front sets X-User-ID and strips it from clients'),
  JWT_SECRET: secret('HS256 key of the bearer tokens, 32 characters or more'),
  JWKS_URL: text('address of the public keys of the bearer tokens, instead of JWT_SECRET'),
  JWT_ISSUER: text('required "iss" of a bearer token'),
  JWT_AUDIENCE: text('required "aud" of a bearer token'),
  SIGN_IN_URL: text(
    'where the pages send buyers to sign in (AUTH_MODE=jwt); they come back to ?return_to= with #token=…',
  ),
  ADMIN_TOKEN: secret('X-Token of the organiser; without it a random one is made and kept in DATA_DIR'),
  TOKEN_KEYS: keyRing(
    'keys of the waiting rooms’ tokens, kid:base64,…; the first signs, all verify; without it one is made and kept in DATA_DIR',
  ),
  REQUIRE_ADMIN: flag(false, 'the v1 event routes need the organiser on loopback too'),
} satisfies Record<string, Setting<unknown>>;
