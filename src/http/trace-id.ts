import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Random } from '../core/random.ts';

const HEX_DIGITS = 32;
const IDS_PER_DRAW = 128;
/** W3C trace context: version, trace id, parent id, flags. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;
/** B3 in one header: trace id, span id, sampling state, parent span id; the latter two may be absent. */
const B3 = /^((?:[0-9a-f]{16}){1,2})-([0-9a-f]{16})(?:-([01d])(?:-[0-9a-f]{16})?)?$/;
/** B3 in several headers: this is X-B3-TraceId. */
const B3_TRACE_ID = /^((?:[0-9a-f]{16}){1,2})$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;
const NO_TRACE = '0'.repeat(HEX_DIGITS);

/** Gives each request its trace id: the caller's (W3C, else B3), else 32 fresh hex digits, drawn many at a time. */
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
  return ({ headers }) => givenIn(headers) ?? fresh();
}

function givenIn(headers: IncomingHttpHeaders): string | undefined {
  return (
    traceIn(headers.traceparent, TRACEPARENT) ??
    traceIn(headers.b3, B3) ??
    traceIn(headers['x-b3-traceid'], B3_TRACE_ID)
  );
}

/**
 * The caller's place in the trace that `traceIds` takes from the same headers, as W3C's `traceparent`; undefined where
 * it names none. A B3 caller that leaves the choice to us has its trace kept.
 */
export function callerIn(headers: IncomingHttpHeaders): string | undefined {
  const traceId = traceIn(headers.traceparent, TRACEPARENT);
  if (traceId !== undefined) {
    const [, , spanId, flags = '00'] = TRACEPARENT.exec(String(headers.traceparent)) ?? [];
    return placeOf(traceId, spanId, Number.parseInt(flags, 16) & 1 ? '1' : '0');
  }
  const single = traceIn(headers.b3, B3);
  if (single !== undefined) {
    const [, , spanId, sampled] = B3.exec(String(headers.b3)) ?? [];
    return placeOf(single, spanId, sampled);
  }
  const several = traceIn(headers['x-b3-traceid'], B3_TRACE_ID);
  return several && placeOf(several, headers['x-b3-spanid'], headers['x-b3-sampled']);
}

function placeOf(traceId: string, spanId: unknown, sampled: unknown): string | undefined {
  if (typeof spanId !== 'string' || !SPAN_ID.test(spanId)) return undefined;
  return `00-${traceId}-${spanId}-${sampled === '0' ? '00' : '01'}`;
}

/** B3 knows short ids too: they are those with zeros in front. */
function traceIn(header: string | string[] | undefined, pattern: RegExp): string | undefined {
  if (typeof header !== 'string') return undefined;
  const traceId = pattern.exec(header)?.[1]?.padStart(HEX_DIGITS, '0');
  return traceId === NO_TRACE ? undefined : traceId;
}

const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

/** The caller's X-Request-ID when it is harmless to repeat, else the trace id. */
export function requestIdOf(request: IncomingMessage, traceId: string): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : traceId;
}
