import type { FastifyRequest } from 'fastify';
import { type Logger, type LoggerOptions, pino, transport } from 'pino';
import type { Config } from '../config.ts';
import type { RequestMeter } from './request-meter.ts';

export type Log = Logger;

/** Names under which a secret could ever reach a log line, at the top and one level down. */
const SECRETS = [
  'authorization',
  'cookie',
  'token',
  'ticket',
  'password',
  'secret',
  'adminToken',
  'jwtSecret',
  '["x-token"]',
];
const REDACTED = SECRETS.flatMap((name) => [name, name.startsWith('[') ? `*${name}` : `*.${name}`]);

/** JSON lines on standard output; for people when that is a terminal. */
export function createLog(config: Pick<Config, 'logLevel'>): Log {
  const options: LoggerOptions = {
    level: config.logLevel,
    redact: { paths: REDACTED, censor: '[redacted]' },
  };
  return process.stdout.isTTY ? pino(options, transport({ target: 'pino-pretty' })) : pino(options);
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
 * hot routes one in a thousand is written: all of them are in the metrics. Failures of ours are always written.
 */
export function accessLog(log: Log): AccessLog {
  let hotSuccesses = 0;
  return (request, status, millis, meter) => {
    if (status < 500) {
      if (!log.isLevelEnabled('info')) return;
      if (meter.hot && hotSuccesses++ % HOT_SUCCESSES_PER_LINE !== 0) return;
    }
    const line = {
      traceId: request.id,
      method: request.method,
      route: meter.route,
      status,
      millis: Math.round(millis * 100) / 100,
    };
    if (status >= 500) log.error(line, 'answered');
    else log.info(line, 'answered');
  };
}
