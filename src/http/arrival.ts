import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction, RouteOptions } from 'fastify';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import type { RequestMeter } from '../telemetry/request-meter.ts';
import { sendRefusal } from './answers/refusals.ts';
import { callerAddress } from './caller-address.ts';
import { countHeaders, identify, type Principal } from './identity/identity.ts';
import type { HttpKit } from './kit.ts';
import { answerNotFound, type KnownPaths, pathOf } from './known-paths.ts';
import { requestIdOf } from './trace-id.ts';

/** Header fields of a request. Node drops those past its own limit in silence, so ours is far below it. */
const HEADER_FIELDS_MAX = 100;

/**
 * The one thing that happens to every request before its route: it is timed, screened, identified and metered. One
 * hook with one closure per route, because each hook of its own would cost more than what it does.
 */
export function arrivalHook(
  kit: HttpKit,
  paths: KnownPaths,
  route: Pick<RouteOptions, 'method' | 'url' | 'config'>,
) {
  const meter = kit.metrics.requests.meter(String(route.method), route.url, {
    hot: route.config?.hot ?? false,
  });
  const limited = !route.config?.unlimited;
  // Known when all routes are declared, so at the first request.
  let isForOthers: ReturnType<KnownPaths['meantForOthers']> | 'not asked yet' = 'not asked yet';

  return function arrive(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction) {
    begin(request, meter);
    const refusal = screen(request, kit) ?? (limited && kit.shedding.overloaded ? refuse('BUSY') : undefined);
    if (refusal) return sendRefusal(request, reply, refusal);
    if (isForOthers === 'not asked yet') isForOthers = paths.meantForOthers(route);
    if (isForOthers?.(pathOf(request))) return answerNotFound(paths, request, reply);
    const identity = identify(request.raw, kit.access);
    if (!(identity instanceof Promise)) return admit(kit, { request, reply, done, limited }, identity);
    identity.then((known) => admit(kit, { request, reply, done, limited }, known), done);
  };
}

interface Arrival {
  request: FastifyRequest;
  reply: FastifyReply;
  done: HookHandlerDoneFunction;
  limited: boolean;
}

function admit(
  kit: HttpKit,
  { request, reply, done, limited }: Arrival,
  identity: Principal | undefined | Refusal,
) {
  if (isRefusal(identity)) return sendRefusal(request, reply, identity);
  request.principal = identity;
  const tooMany = limited ? overLimit(kit, request, identity) : undefined;
  if (tooMany) return sendRefusal(request, reply, tooMany);
  done();
}

function begin(request: FastifyRequest, meter: RequestMeter): void {
  request.meter = meter;
  request.startedAt = performance.now();
}

function screen({ raw }: FastifyRequest, { access, config }: HttpKit): Refusal | undefined {
  if (raw.rawHeaders.length > 2 * HEADER_FIELDS_MAX) return refuse('HEADERS_TOO_MANY');
  const { headers } = raw;
  // No body of ours is ever packed, and what would unpack it could be made to burst.
  if (headers['content-encoding'] !== undefined) return refuse('UNSUPPORTED_MEDIA_TYPE');
  if (headers.host === undefined && raw.httpVersion === '1.1') return refuse('BAD_REQUEST');
  // Node keeps the first of several; a proxy before us may have gone by the last.
  if (countHeaders(raw.rawHeaders, 'host') > 1) return refuse('BAD_REQUEST');
  if (headers.host !== undefined && access.isOwnHost?.(headers.host) === false)
    return refuse('HOST_NOT_OURS');
  return isForeignDeed(raw, config.http.corsOrigins) ? refuse('ORIGIN_NOT_ALLOWED') : undefined;
}

/**
 * Whether a page of elsewhere has a browser do more than look. No browser asks us before a POST without a body or of a
 * form, and where nobody proves who he is, the request alone would do it.
 */
function isForeignDeed({ headers, method }: FastifyRequest['raw'], corsOrigins: readonly string[]): boolean {
  if (headers['sec-fetch-site'] !== 'cross-site') return false;
  const isLook = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  return !isLook && !corsOrigins.includes(headers.origin ?? '');
}

function overLimit(
  kit: HttpKit,
  request: FastifyRequest,
  principal: Principal | undefined,
): Refusal | undefined {
  const ofPrincipal = principal && overPrincipalLimit(kit, principal);
  return ofPrincipal ?? asLimited(kit.limits.address?.take(callerAddress(request.ip), kit.clock.now()));
}

/** Counts one request of a principal. */
export function overPrincipalLimit({ limits, clock }: HttpKit, { userId }: Principal): Refusal | undefined {
  return asLimited(limits.principal?.take(userId, clock.now()));
}

function asLimited(seconds = 0): Refusal | undefined {
  return seconds === 0 ? undefined : refuse('RATE_LIMITED', {}, { retryAfterSeconds: seconds });
}

/** The last common point of every reply: names the trace and counts the answer. */
export function departureHook(kit: HttpKit) {
  return function depart(
    request: FastifyRequest,
    reply: FastifyReply,
    _payload: unknown,
    done: HookHandlerDoneFunction,
  ): void {
    stampReply(request, reply);
    const { meter } = request;
    if (meter) {
      const millis = performance.now() - request.startedAt;
      meter.count(reply.statusCode, millis);
      kit.accessLog(request, reply.statusCode, millis, meter);
    }
    done();
  };
}

/** Also for the few answers that pass by every hook. */
export function stampReply(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('trace-id', request.id);
  reply.header('x-request-id', requestIdOf(request.raw, request.id));
  reply.header('x-content-type-options', 'nosniff');
}
