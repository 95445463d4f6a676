import {
  choice,
  flag,
  isAddressRange,
  isOrigin,
  list,
  matching,
  millisRange,
  ORIGINS,
  type Setting,
  secret,
  share,
  text,
  whole,
} from './setting-kinds.ts';

const seconds = (fallback: number, bounds: { min: number; max: number }, about: string) =>
  whole(fallback, bounds, { about, unit: 'seconds' });
const DAY_SECONDS = 86_400;

/** Everything that can be set: name, kind, default, unit, meaning. */
export const SETTINGS = {
  HOST: matching(
    '127.0.0.1',
    /^[\w.:-]{1,255}$/,
    'an address or a host name',
    'address to listen on; other than loopback means production',
  ),
  PORT: whole(8000, { min: 0, max: 65_535 }, { about: 'port to listen on; 0 takes any free one' }),
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
  ADMIN_TOKEN: secret('X-Token of the organiser; without it a random one is made and kept in DATA_DIR'),
  REQUIRE_ADMIN: flag(false, 'the v1 event routes need the organiser on loopback too'),

  CURRENCY: matching(
    'USD',
    /^[A-Z]{3}$/,
    'three capital letters (ISO 4217)',
    'currency of events that name none',
  ),
  RESERVATION_TIMEOUT_SECONDS: seconds(600, { min: 1, max: DAY_SECONDS }, 'how long a hold lasts'),
  MAX_HOLD_TOTAL_SECONDS: seconds(
    1800,
    { min: 1, max: DAY_SECONDS },
    'how long a hold lasts with all its extensions',
  ),
  MAX_SEATS_PER_BOOKING: whole(10, { min: 1, max: 100 }, { about: 'seats of one reservation' }),
  MAX_LIVE_SEATS_PER_USER: whole(
    20,
    { min: 1, max: 1000 },
    { about: 'seats held and paying, per user and event' },
  ),
  HOLD_CHURN_MAX: whole(
    5,
    { min: 1, max: 1000 },
    { about: 'lapsed holds of a user on an event in 10 minutes before 429' },
  ),

  PAYMENT_DEADLINE_SECONDS: seconds(
    600,
    { min: 1, max: DAY_SECONDS },
    'a pending booking frees its seats after it',
  ),
  PAYMENT_FAILURE_RATE: share('share of payments the mock provider declines'),
  PAYMENT_DELAY_MS: millisRange('how long the mock provider takes: one number or a range'),

  RATE_LIMIT_PER_PRINCIPAL: whole(
    50,
    { min: 0, max: 1_000_000 },
    { about: 'requests of one user; 0 = no limit', unit: 'per second' },
  ),
  RATE_LIMIT_PER_ADDRESS: whole(
    undefined,
    { min: 0, max: 1_000_000 },
    {
      about: 'requests from one address; 0 = no limit; unset: none on loopback, else 1000',
      unit: 'per second',
    },
  ),
  HEADERS_TIMEOUT_SECONDS: seconds(5, { min: 1, max: 300 }, 'time a client has to send its headers'),
  BODY_TIMEOUT_SECONDS: seconds(10, { min: 1, max: 3600 }, 'time a client has to send its body'),
  BODY_LIMIT_BYTES: whole(
    65_536,
    { min: 1024, max: 2 ** 26 },
    { about: 'largest request body', unit: 'bytes' },
  ),
  BULK_BODY_LIMIT_BYTES: whole(
    8_388_608,
    { min: 1024, max: 2 ** 28 },
    { about: 'largest body of a bulk upload of seats', unit: 'bytes' },
  ),
  SHED_DELAY_MS: whole(
    1000,
    { min: 0, max: 60_000 },
    { about: 'event loop delay past which requests get 503; 0 = never', unit: 'ms' },
  ),
  CORS_ORIGINS: list(isOrigin, ORIGINS, 'origins whose pages may call the API'),
  ALLOWED_ORIGINS: list(isOrigin, ORIGINS, 'origins whose pages may open streams, beside the same host'),
  TRUSTED_PROXIES: list(
    isAddressRange,
    'addresses or CIDR ranges, separated by commas',
    'proxies whose X-Forwarded-For counts',
  ),

  STREAMS_PER_USER: whole(8, { min: 1, max: 1000 }, { about: 'open streams of one user' }),
  STREAMS_MAX: whole(20_000, { min: 1, max: 1_000_000 }, { about: 'open streams of this process' }),
  STREAM_BUFFER_BYTES: whole(
    262_144,
    { min: 4096, max: 2 ** 26 },
    { about: 'unsent data after which a slow stream is closed', unit: 'bytes' },
  ),

  IDEMPOTENCY_HOURS: whole(
    24,
    { min: 24, max: 8760 },
    { about: 'how long a stored answer is replayed', unit: 'hours' },
  ),
  METRICS: flag(true, 'GET /metrics for Prometheus, with the organiser token'),
  SEED_DEMO: flag(true, 'demo events on a fresh DATA_DIR'),
  ALLOW_RESET: flag(undefined, 'the reset routes; unset: on loopback only'),
} satisfies Record<string, Setting<unknown>>;
