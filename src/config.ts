/**
 * The one reader of the environment. The table in settings.ts says what can be set; the Config type, `.env.example`
 * and the operator's documentation derive from it.
 */
import { parseEnv } from 'node:util';
import { addressIn, isWebAddress, isWebOrigin } from './settings/address.ts';
import { unusedAuthorities } from './settings/authorities.ts';
import { concertsOf } from './settings/concerts.ts';
import { identityOf } from './settings/identity.ts';
import type { Given, Setting } from './settings/kinds.ts';
import { ledgerServer, serverAt } from './settings/ledger-server.ts';
import { kafkaOf } from './settings/messages.ts';
import { metricsPortOf } from './settings/metrics.ts';
import { meantBy } from './settings/misspelt.ts';
import { paymentOf } from './settings/payment.ts';
import { queueOf } from './settings/queue.ts';
import { redisServers } from './settings/redis-servers.ts';
import { missingApart, rolesOf } from './settings/roles.ts';
import { rushOf } from './settings/rush.ts';
import { saleOf } from './settings/sale.ts';
import { ticketsOf } from './settings/tickets.ts';
import { tracesOf } from './settings/traces.ts';
import { httpOf, streamsOf } from './settings/traffic.ts';
import { trainOf } from './settings/train.ts';
import { waitingRoomOf } from './settings/waiting-room.ts';
import { waitlistOf } from './settings/waitlist.ts';
import { secretsGiven, weakSecrets } from './settings/weak-secrets.ts';
import { SETTINGS } from './settings.ts';

type Values = Given<typeof SETTINGS>;

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
  const config = arrange(values as Values, errors);
  if (errors.length === 0) errors.push(...contradictions(config, values as Values));
  if (config.production) errors.push(...weakSecrets(SETTINGS, values));
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
    const meant = meantBy(name, names);
    return meant ? [`${name} is not a setting; did you mean ${meant}?`] : [];
  });
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** The values in small groups, one per concern. */
function arrange(given: Values, errors: string[]) {
  const loopback = LOOPBACK.test(given.HOST);
  const roles = rolesOf(given, { loopback }, errors);
  const serviceName = roles.here.isWhole ? 'onrush' : `onrush-${roles.here.names.join('-')}`;
  return {
    production: !loopback || given.NODE_ENV === 'production',
    loopback,
    host: given.HOST,
    port: roles.port,
    roles,
    drainSeconds: given.DRAIN_SECONDS,
    auditSeconds: given.AUDIT_SECONDS,
    dataDir: given.DATA_DIR,
    debug: given.DEBUG,
    logLevel: given.DEBUG && given.LOG_LEVEL === 'info' ? ('debug' as const) : given.LOG_LEVEL,
    secrets: secretsGiven(SETTINGS, given),
    metrics: given.METRICS,
    metricsPort: metricsPortOf(given),
    traces: tracesOf(given, { serviceName }, errors),
    seedDemo: given.SEED_DEMO,
    allowReset: given.ALLOW_RESET ?? loopback,
    identity: identityOf(given, { loopback }),
    sale: saleOf(given),
    queue: queueOf(given),
    concerts: concertsOf(given),
    waitlist: waitlistOf(given),
    train: trainOf(given),
    rush: rushOf(given),
    waitingRoom: waitingRoomOf(given),
    backEnds: backEnds(given, errors),
    payment: paymentOf(given),
    tickets: ticketsOf(given),
    http: httpOf(given, { loopback }),
    streams: streamsOf(given),
  };
}

/** What the sale runs on beside this process; nothing by default. */
function backEnds(given: Values, errors: string[]) {
  const server = ledgerServer(given, errors);
  const replica = given.DATABASE_REPLICA_URL;
  if (replica !== undefined && !server) errors.push('DATABASE_REPLICA_URL needs DATABASE_URL');
  const redis = redisServers(given, errors);
  return {
    lockTimeoutSeconds: given.LOCK_TIMEOUT_SECONDS,
    bus: given.EVENT_BUS,
    kafka: kafkaOf(given, errors),
    ledger: server && {
      ...server,
      tls: tlsOf(given.DATABASE_TLS, given.DATABASE_TLS_CA),
      poolSize: given.DATABASE_POOL_SIZE,
      timeoutMillis: given.DATABASE_TIMEOUT_MS,
      connectMillis: given.DATABASE_CONNECT_TIMEOUT_MS,
      replica: replica === undefined ? undefined : serverAt('DATABASE_REPLICA_URL', replica, errors),
    },
    redis: redis && {
      ...redis,
      tls: tlsOf(redis.tls && given.REDIS_TLS === 'off' ? 'verify' : given.REDIS_TLS, given.REDIS_TLS_CA),
      timeoutMillis: given.REDIS_TIMEOUT_MS,
      connectMillis: given.REDIS_CONNECT_TIMEOUT_MS,
    },
  };
}

/** How a certificate is looked at; undefined without TLS. */
function tlsOf(mode: 'off' | 'verify' | 'unverified', ca: string | undefined) {
  return mode === 'off' ? undefined : { ca, anyCertificate: mode === 'unverified' };
}

const SHORTEST_SECRET = 32;

function contradictions(config: Config, given: Values): string[] {
  const { identity, sale, backEnds } = config;
  const errors = unusedAuthorities(given, { isRedisOverTls: backEnds.redis?.tls !== undefined });
  if (identity.mode === 'header' && !config.loopback && !identity.trustHeader) {
    errors.push(
      `HOST=${config.host} lets everybody send X-User-ID: set AUTH_MODE=jwt, or TRUST_HEADER_AUTH=true behind a proxy that sets the header`,
    );
  }
  if (identity.mode === 'jwt' && !identity.jwtSecret === !identity.jwksUrl) {
    errors.push('AUTH_MODE=jwt needs JWT_SECRET or JWKS_URL, and only one of them');
  }
  for (const name of ['JWT_SECRET', 'JWT_SECRET_BEFORE'] as const) {
    if ((given[name]?.length ?? SHORTEST_SECRET) < SHORTEST_SECRET)
      errors.push(`${name} must have ${SHORTEST_SECRET} characters or more`);
  }
  errors.push(...withoutSuccessor(given));
  if (identity.signInUrl !== undefined && !/^(https?:\/)?\/[^\s]/.test(identity.signInUrl))
    errors.push('SIGN_IN_URL must be an http:// or https:// address, or a path of this house');
  if (identity.jwksUrl !== undefined && !isWebAddress(identity.jwksUrl))
    errors.push('JWKS_URL must be an http(s) address');
  errors.push(...moneyAndTickets(config), ...missingApart(config));
  if (config.queue.backend === 'redis' && !backEnds.redis) errors.push('QUEUE_BACKEND=redis needs REDIS_URL');
  if (backEnds.bus === 'redis' && !backEnds.redis) errors.push('EVENT_BUS=redis needs REDIS_URL');
  if (backEnds.bus === 'in-process' && !config.roles.here.isWhole)
    errors.push('EVENT_BUS=in-process reaches no role that runs apart: unset it, or ROLES');
  if (sale.maxHoldTotalSeconds < sale.holdSeconds) {
    errors.push('MAX_HOLD_TOTAL_SECONDS must not be less than RESERVATION_TIMEOUT_SECONDS');
  }
  return errors;
}

/** What was in use before stands beside what is now, and nowhere alone. */
function withoutSuccessor(given: Values): string[] {
  const names = ['ADMIN_TOKEN', 'JWT_SECRET', 'INTERNAL_TOKEN'] as const;
  return names.flatMap((name) =>
    given[`${name}_BEFORE`] !== undefined && given[name] === undefined
      ? [`${name}_BEFORE stands beside ${name}, the new one: set that, too`]
      : [],
  );
}

const TICKET_KEYS = /^\s*[0-9a-fA-F]{64}(?:[\s,]+[0-9a-fA-F]{64})*\s*$/;

function moneyAndTickets({ payment, tickets, waitingRoom, identity, backEnds, roles }: Config): string[] {
  const errors: string[] = [];
  const { stripe, toss } = payment;
  // Only one role has the keys of a provider.
  const provider = roles.here.has('payment') ? payment.provider : undefined;
  if (provider === 'stripe' && stripe.secretKey === undefined) {
    errors.push('PAYMENT_PROVIDER=stripe needs STRIPE_SECRET_KEY');
  }
  if (provider === 'toss' && toss.secretKey === undefined) {
    errors.push('PAYMENT_PROVIDER=toss needs TOSS_SECRET_KEY');
  }
  for (const [name, origin] of Object.entries({ STRIPE_ORIGIN: stripe.origin, TOSS_ORIGIN: toss.origin })) {
    if (origin !== undefined && !isWebOrigin(origin)) errors.push(`${name} must be an http(s) origin`);
  }
  if (tickets.keys !== undefined && !TICKET_KEYS.test(tickets.keys)) {
    errors.push('TICKET_KEYS must be keys of 64 hex digits each, separated by commas');
  }
  const mailServer = tickets.smtpUrl === undefined ? undefined : addressIn(tickets.smtpUrl);
  if (tickets.smtpUrl !== undefined && !(mailServer?.host && /^smtps?:$/.test(mailServer.protocol)))
    errors.push('SMTP_URL must be an smtp:// or smtps:// address, with "%" in a part written as %25');
  if (tickets.smtpUrl !== undefined && tickets.mailFrom === '') errors.push('SMTP_URL needs MAIL_FROM');
  // What one node signs, every other must be able to read.
  if (backEnds.redis && backEnds.ledger) {
    if (identity.adminToken === undefined)
      errors.push('nodes that share a Redis need the same ADMIN_TOKEN; set it');
    if (tickets.keys === undefined && roles.here.has('ticket'))
      errors.push('nodes that share a Redis need the same TICKET_KEYS; set them');
    if (waitingRoom.tokenKeys.length === 0)
      errors.push('nodes that share a Redis need the same TOKEN_KEYS; set them');
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
