/**
 * The one reader of the environment. The table in settings.ts says what can be set; the Config type, `.env.example`
 * and the operator's documentation derive from it.
 */
import { parseEnv } from 'node:util';
import { isNear, type Setting } from './setting-kinds.ts';
import { SETTINGS } from './settings.ts';

type Name = keyof typeof SETTINGS;
type Values = { -readonly [N in Name]: (typeof SETTINGS)[N] extends Setting<infer T> ? T : never };

/** Promised, not built: refused instead of ignored, so that nobody believes a sale runs on Redis when it does not. */
const NOT_YET = new Set(
  `DATABASE_URL DB_HOST DB_PORT DB_USER DB_PASSWORD DB_NAME DB_DIALECT REDIS_URL REDIS_HOST REDIS_PORT REDIS_PASSWORD
  REDIS_CLUSTER_NODES REDIS_SENTINELS REDIS_SENTINEL_MASTER KAFKA_BROKERS QUEUE_BACKEND EVENT_BUS LOCK_TIMEOUT_SECONDS
  RUSH_ACTIVE_MAX RUSH_HOLD_SECONDS RUSH_TOKEN_SECONDS TRAIN_CAPACITY TRAIN_AUTO_PROMOTE TRAIN_LOCK_SECONDS
  CONCERT_QUEUE_MAX CONCERT_ADMIT_BATCH CONCERT_ADMIT_SECONDS CONCERT_ACTIVE_SECONDS CONCERT_HOLD_SECONDS`.split(
    /\s+/,
  ),
);

export type Config = ReturnType<typeof arrange>;
export type Environment = Readonly<Record<string, string | undefined>>;
/** The text of a file, or undefined when there is none. */
export type ReadFile = (path: string) => string | undefined;

/**
 * Reads the environment and, beneath it, the file `.env`. A blank value counts as unset. Either everything is well
 * or every error is named.
 */
export function readConfig(
  env: Environment,
  readFile: ReadFile = () => undefined,
): { config: Config } | { errors: string[] } {
  const given: Environment = { ...parseEnv(readFile('.env') ?? ''), ...env };
  const errors: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    values[name] = readSetting(name, setting, given, { readFile, errors });
  }
  errors.push(...strangers(given));
  const config = arrange(values as Values);
  if (errors.length === 0) errors.push(...contradictions(config));
  return errors.length > 0 ? { errors } : { config };
}

function readSetting<T>(
  name: string,
  setting: Setting<T>,
  given: Environment,
  { readFile, errors }: { readFile: ReadFile; errors: string[] },
): T {
  let raw = given[name]?.trim() ?? '';
  const file = setting.secret ? (given[`${name}_FILE`]?.trim() ?? '') : '';
  if (file !== '') {
    if (raw !== '') errors.push(`${name} and ${name}_FILE are both set; keep one of them`);
    const content = readFile(file)?.trim();
    if (content) raw = content;
    else errors.push(`${name}_FILE names a file that is missing or empty`);
  }
  if (raw === '') return setting.fallback;
  const reading = setting.read(raw);
  if ('value' in reading) return reading.value;
  errors.push(`${name} must be ${reading.expected}${setting.secret ? '' : `, not "${raw.slice(0, 100)}"`}`);
  return setting.fallback;
}

function strangers(given: Environment): string[] {
  const names = Object.keys(SETTINGS);
  const known = new Set([
    ...names,
    ...Object.entries<Setting<unknown>>(SETTINGS)
      .filter(([, each]) => each.secret)
      .map(([name]) => `${name}_FILE`),
  ]);
  return Object.keys(given).flatMap((name) => {
    if (known.has(name) || !given[name]?.trim()) return [];
    if (NOT_YET.has(name)) return [`${name} is not supported by this version of Onrush yet; unset it`];
    const meant = names.find((each) => isNear(name, each));
    return meant ? [`${name} is not a setting; did you mean ${meant}?`] : [];
  });
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** The values in small groups, one per concern. */
function arrange(given: Values) {
  const loopback = LOOPBACK.test(given.HOST);
  return {
    production: !loopback || given.NODE_ENV === 'production',
    loopback,
    host: given.HOST,
    port: given.PORT,
    dataDir: given.DATA_DIR,
    debug: given.DEBUG,
    logLevel: given.DEBUG && given.LOG_LEVEL === 'info' ? ('debug' as const) : given.LOG_LEVEL,
    metrics: given.METRICS,
    seedDemo: given.SEED_DEMO,
    allowReset: given.ALLOW_RESET ?? loopback,
    identity: {
      mode: given.AUTH_MODE,
      trustHeader: given.TRUST_HEADER_AUTH,
      jwtSecret: given.JWT_SECRET,
      jwksUrl: given.JWKS_URL,
      jwtIssuer: given.JWT_ISSUER,
      jwtAudience: given.JWT_AUDIENCE,
      adminToken: given.ADMIN_TOKEN,
      /** v1's event routes are open to everybody, as in seed 000. */
      openOrganiser: given.AUTH_MODE === 'header' && loopback && !given.REQUIRE_ADMIN,
    },
    sale: {
      currency: given.CURRENCY,
      holdSeconds: given.RESERVATION_TIMEOUT_SECONDS,
      maxHoldTotalSeconds: given.MAX_HOLD_TOTAL_SECONDS,
      maxSeatsPerReservation: given.MAX_SEATS_PER_BOOKING,
      maxLiveSeatsPerUser: given.MAX_LIVE_SEATS_PER_USER,
      holdChurnMax: given.HOLD_CHURN_MAX,
    },
    payment: {
      deadlineSeconds: given.PAYMENT_DEADLINE_SECONDS,
      failureRate: given.PAYMENT_FAILURE_RATE,
      delay: given.PAYMENT_DELAY_MS,
    },
    http: {
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
    },
    streams: {
      allowedOrigins: given.ALLOWED_ORIGINS,
      perUser: given.STREAMS_PER_USER,
      max: given.STREAMS_MAX,
      bufferBytes: given.STREAM_BUFFER_BYTES,
    },
  };
}

const SAMPLE_TOKEN = 'my-secret-token';
const SHORTEST_SECRET = 32;

function contradictions(config: Config): string[] {
  const { identity, sale } = config;
  const errors: string[] = [];
  if (identity.mode === 'header' && !config.loopback && !identity.trustHeader) {
    errors.push(
      `HOST=${config.host} lets everybody send X-User-ID: set AUTH_MODE=jwt, or TRUST_HEADER_AUTH=true behind a proxy that sets the header`,
    );
  }
  if (identity.mode === 'jwt' && !identity.jwtSecret === !identity.jwksUrl) {
    errors.push('AUTH_MODE=jwt needs JWT_SECRET or JWKS_URL, and only one of them');
  }
  if (identity.jwtSecret !== undefined && identity.jwtSecret.length < SHORTEST_SECRET) {
    errors.push(`JWT_SECRET must have ${SHORTEST_SECRET} characters or more`);
  }
  if (identity.jwksUrl !== undefined && !/^https?:\/\//.test(identity.jwksUrl))
    errors.push('JWKS_URL must be an http(s) address');
  if (config.production && identity.adminToken === SAMPLE_TOKEN) {
    errors.push(`ADMIN_TOKEN is the sample "${SAMPLE_TOKEN}"; choose your own in production`);
  }
  if (sale.maxHoldTotalSeconds < sale.holdSeconds) {
    errors.push('MAX_HOLD_TOTAL_SECONDS must not be less than RESERVATION_TIMEOUT_SECONDS');
  }
  return errors;
}

/** The text of `.env.example`: every setting with its meaning and its default. */
export function envExample(): string {
  const entries = Object.entries<Setting<unknown>>(SETTINGS).map(([name, setting]) => {
    const notes = [setting.unit, setting.secret && `or ${name}_FILE`].filter(Boolean).join('; ');
    const value = setting.sample ?? String(setting.fallback ?? '');
    return `# ${setting.about}${notes ? ` (${notes})` : ''}\n${value === '' ? '# ' : ''}${name}=${value}\n`;
  });
  return `# Onrush reads the environment first and then this file, copied to .env. Made from src/settings.ts.\n\n${entries.join('\n')}`;
}
