import { createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import {
  type DestinationStream,
  type Logger,
  type LoggerOptions,
  pino,
  stdSerializers,
  stdTimeFunctions,
  transport,
} from 'pino';
import type { Config } from '../config.ts';
import type { RequestMeter } from './request-meter.ts';

export type Log = Logger;

/** Names under which a secret could ever reach a log line, at the top and one level down. */
const SECRETS = [
  ...['authorization', 'cookie', 'token', 'ticket', 'password', 'secret', 'session', 'entryToken'],
  ...['adminToken', 'jwtSecret', '["x-token"]', '["x-sale-session"]'],
];
const REDACTED = SECRETS.flatMap((name) => [name, name.startsWith('[') ? `*${name}` : `*.${name}`]);
const CENSOR = '[redacted]';
/** Shorter ones would be found in words that are none. */
const SHORTEST_SECRET = 6;

/**
 * JSON lines on standard output, as docs/logs.md describes them; for people when that is a terminal. What the
 * configuration knows to be secret is taken out of every line, under whatever name it came there.
 */
export function createLog(
  config: Pick<Config, 'logLevel' | 'secrets'>,
  destination?: DestinationStream,
): Log {
  const secrets = config.secrets.filter(({ length }) => length >= SHORTEST_SECRET);
  const options: LoggerOptions = {
    level: config.logLevel,
    messageKey: 'event',
    errorKey: 'error',
    timestamp: stdTimeFunctions.isoTime,
    base: { pid: process.pid },
    redact: { paths: REDACTED, censor: CENSOR },
    serializers: { error: toldOf },
    hooks: { streamWrite: (line) => secrets.reduce((rest, secret) => rest.replaceAll(secret, CENSOR), line) },
  };
  if (destination) return pino(labelled(options), destination);
  if (!process.stdout.isTTY) return pino(labelled(options));
  const pretty = { messageKey: 'event', errorLikeObjectKeys: ['error'], ignore: 'pid' };
  return pino(options, transport({ target: 'pino-pretty', options: pretty }));
}

/** Of what was thrown no more than this: drivers hang their statements, and what was to be written, on it. */
function toldOf(thrown: unknown) {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: String(thrown) };
  const { type, message, stack } = stdSerializers.err(thrown);
  return { type, message, stack };
}

/** A level by its name; a transport does not allow it. */
function labelled(options: LoggerOptions): LoggerOptions {
  return { ...options, formatters: { level: (level) => ({ level }) } };
}

export function silentLog(): Log {
  return pino({ level: 'silent' });
}

/** Called once per answered request. */
export type AccessLog = (
  request: FastifyRequest,
  status: number,
  millis: number,
  meter: RequestMeter,
) => void;

const HOT_SUCCESSES_PER_LINE = 1_000;

/**
 * One line per request, with the route's pattern and never its query, which may carry a ticket. Of the successes of
 * hot routes one in a thousand is written: all of them are in the metrics. Failures of ours are always written. Who
 * asked is a number that only `nameKey` leads to: the same on every node that has it.
 */
export function accessLog(log: Log, { nameKey }: { nameKey: string }): AccessLog {
  let hotSuccesses = 0;
  const nameless = (userId: string) =>
    createHmac('sha256', nameKey).update(userId).digest('hex').slice(0, 16);
  return (request, status, millis, meter) => {
    if (status < 500) {
      if (!log.isLevelEnabled('info')) return;
      if (meter.hot && hotSuccesses++ % HOT_SUCCESSES_PER_LINE !== 0) return;
    }
    const { principal, refusedWith } = request;
    const line = {
      traceId: request.id,
      method: request.method,
      route: meter.route,
      status,
      millis: Math.round(millis * 100) / 100,
      ...(principal && { principal: nameless(principal.userId) }),
      ...(refusedWith !== undefined && { code: refusedWith }),
    };
    if (status >= 500) log.error(line, 'answered');
    else log.info(line, 'answered');
  };
}
