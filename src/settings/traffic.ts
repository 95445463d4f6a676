import {
  type Given,
  isAddressRange,
  isOrigin,
  list,
  ORIGINS,
  type Setting,
  seconds,
  whole,
} from './kinds.ts';

/** Limits on requests and streams, and whose pages may send them. */
export const TRAFFIC_SETTINGS = {
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

  STREAMS_PER_USER: whole(8, { min: 1, max: 1000 }, { about: 'open streams of one user at this process' }),
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
} satisfies Record<string, Setting<unknown>>;

/** What a client may ask of this process, and how fast. On loopback an address is a machine's own, so it has no rate of its own. */
export function httpOf(given: Given<typeof TRAFFIC_SETTINGS>, { loopback }: { loopback: boolean }) {
  return {
    requestsPerSecondPerPrincipal: given.RATE_LIMIT_PER_PRINCIPAL,
    requestsPerSecondPerAddress: given.RATE_LIMIT_PER_ADDRESS ?? (loopback ? 0 : 1000),
    headersTimeoutSeconds: given.HEADERS_TIMEOUT_SECONDS,
    bodyTimeoutSeconds: given.BODY_TIMEOUT_SECONDS,
    bodyLimitBytes: given.BODY_LIMIT_BYTES,
    bulkBodyLimitBytes: given.BULK_BODY_LIMIT_BYTES,
    shedDelayMillis: given.SHED_DELAY_MS,
    corsOrigins: given.CORS_ORIGINS,
    trustedProxies: given.TRUSTED_PROXIES,
    idempotencyHours: given.IDEMPOTENCY_HOURS,
  };
}

export function streamsOf(given: Given<typeof TRAFFIC_SETTINGS>) {
  return {
    allowedOrigins: given.ALLOWED_ORIGINS,
    perUser: given.STREAMS_PER_USER,
    max: given.STREAMS_MAX,
    bufferBytes: given.STREAM_BUFFER_BYTES,
  };
}
