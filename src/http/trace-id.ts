import type { IncomingMessage } from 'node:http';
import type { Random } from '../core/random.ts';

const HEX_DIGITS = 32;
const IDS_PER_DRAW = 128;
/** W3C trace context: version, trace id, parent id, flags. */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;
const NO_TRACE = '0'.repeat(HEX_DIGITS);

/** Gives each request its trace id: the caller's `traceparent`, else 32 fresh hex digits, drawn many at a time. */
export function traceIds(random: Random): (request: IncomingMessage) => string {
  let drawn = '';
  let next = 0;
  const fresh = (): string => {
    if (next >= drawn.length) {
      drawn = random.hex((HEX_DIGITS / 2) * IDS_PER_DRAW);
      next = 0;
    }
    next += HEX_DIGITS;
    return drawn.slice(next - HEX_DIGITS, next);
  };
  return (request) => {
    const parent = request.headers.traceparent;
    if (typeof parent !== 'string') return fresh();
    const traceId = TRACEPARENT.exec(parent)?.[1];
    return traceId === undefined || traceId === NO_TRACE || parent.startsWith('ff') ? fresh() : traceId;
  };
}

const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

/** The caller's X-Request-ID when it is harmless to repeat, else the trace id. */
export function requestIdOf(request: IncomingMessage, traceId: string): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : traceId;
}
