import type { FastifyRequest } from 'fastify';
import type { ErrorBody } from '../../contract/common.ts';
import type { Refusal, RefusalCode } from '../../core/refusal.ts';
import { sentence } from '../messages/sentence.ts';

/** The one table from what the system says to what HTTP says. */
export const STATUS_OF: Readonly<Record<RefusalCode, number>> = {
  BAD_JSON: 400,
  BAD_REQUEST: 400,
  INVALID_STATUS: 400,
  INVALID_SEAT_IDS: 400,
  IDEMPOTENCY_KEY_INVALID: 400,
  IDENTITY_INVALID: 400,
  WEBHOOK_REFUSED: 400,

  IDENTITY_REQUIRED: 401,
  SESSION_INVALID: 401,
  PAYMENT_FAILED: 402,

  USER_MISMATCH: 403,
  ORGANISER_ONLY: 403,
  STAFF_ONLY: 403,
  ORIGIN_NOT_ALLOWED: 403,
  HOST_NOT_OURS: 421,
  ADMISSION_REQUIRED: 403,
  ADMISSION_INVALID: 403,
  NOT_ACTIVE: 403,

  NOT_FOUND: 404,
  NO_WAITING_ROOM: 404,
  NOT_IN_LINE: 404,
  NOT_IN_DRAW: 404,
  EVENT_NOT_FOUND: 404,
  SEAT_NOT_FOUND: 404,
  NOT_ON_WAITLIST: 404,
  RESERVATION_NOT_FOUND: 404,
  BOOKING_NOT_FOUND: 404,
  REQUEST_NOT_FOUND: 404,
  USER_NOT_FOUND: 404,
  SERIES_NOT_FOUND: 404,
  SALES_POLICY_NOT_FOUND: 404,
  TICKET_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TOO_SLOW: 408,

  EVENT_MOVE_ILLEGAL: 409,
  CLAIM_STRATEGY_FIXED: 409,
  PAUSE_FIRST: 409,
  ROOM_MOVE_ILLEGAL: 409,
  ADMISSION_USED: 409,
  SEAT_NUMBER_TAKEN: 409,
  SALE_NOT_OPEN: 409,
  SEATS_UNKNOWN: 409,
  SEAT_OF_OTHER_EVENT: 409,
  SEATS_TAKEN: 409,
  SEATS_NOT_FREE: 409,
  SEAT_SOLD: 409,
  SEAT_LIMIT_REACHED: 409,
  NO_ADJACENT_SEATS: 409,
  WAITLIST_FIRST: 409,
  NO_OFFER: 409,
  RESERVATION_NOT_ACTIVE: 409,
  EXTENSION_LIMIT: 409,
  SEAT_NOT_RESERVED: 409,
  SEAT_NOT_YOURS: 409,
  BOOKING_NOT_PENDING: 409,
  BOOKING_NOT_CANCELLABLE: 409,
  TICKETS_NOT_RETURNABLE: 409,
  BOOKING_NOT_REFUNDABLE: 409,
  CANCELLATION_DEADLINE_PASSED: 409,
  ONE_SEAT_PER_BUYER: 409,
  PAYMENT_IN_PROGRESS: 409,
  SEATS_LOST: 409,
  REQUEST_NOT_CANCELLABLE: 409,
  REQUEST_NOT_DEAD: 409,
  REQUEST_DEAD: 409,
  REQUEST_OVERTAKEN: 409,
  TICKET_CHANGE_LIMIT: 409,
  TICKET_OF_OTHER_EVENT: 409,
  TICKET_ALREADY_USED: 409,
  TICKET_NOT_USED: 409,
  USERNAME_TAKEN: 409,
  PRESALE_TIER: 409,
  SERIES_LIMIT_REACHED: 409,
  HOLDS_TOO_FAST: 409,
  REQUEST_REPEATED: 409,
  DEVICE_SHARED: 409,
  RESERVATION_MOVE_ILLEGAL: 409,
  IDEMPOTENCY_IN_FLIGHT: 409,

  RESERVATION_EXPIRED: 410,
  OFFER_OVER: 410,
  ROOM_CLOSED: 410,
  REQUEST_EXPIRED: 410,
  PAYMENT_DEADLINE_PASSED: 410,
  TICKET_NOT_VALID: 410,

  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,

  UNKNOWN_FIELD: 422,
  VALIDATION_FAILED: 422,
  DUPLICATE_SEAT_IDS: 422,
  TOO_MANY_SEATS: 422,
  PRICE_NOT_IN_CURRENCY: 422,
  HALL_FULL: 422,
  REFUND_TOO_LARGE: 422,
  REFUND_PARTS_LIMIT: 422,
  TICKET_CODE_INVALID: 422,
  IDEMPOTENCY_MISMATCH: 422,

  RATE_LIMITED: 429,
  ROOM_FULL: 429,
  WAIT_IN_LINE: 429,
  WAITLIST_FULL: 429,
  HOLD_CHURN: 429,
  REQUEST_LIMIT: 429,
  HEADERS_TOO_MANY: 431,

  INTERNAL_ERROR: 500,
  BUSY: 503,
  QUEUE_FULL: 503,
  UNAVAILABLE: 503,
  PAYMENT_UNKNOWN: 503,
};

/** Refusals whose effect is unknown: the client asks again with the same key. */
const INDEFINITE: ReadonlySet<RefusalCode> = new Set(['PAYMENT_UNKNOWN', 'INTERNAL_ERROR']);

/** Refusals that pass by themselves always say when to come back. */
const RETRY_AFTER_SECONDS: Partial<Record<RefusalCode, number>> = {
  PAYMENT_UNKNOWN: 2,
  PAYMENT_IN_PROGRESS: 1,
  IDEMPOTENCY_IN_FLIGHT: 1,
  RATE_LIMITED: 1,
  HOLD_CHURN: 60,
  REQUEST_LIMIT: 1,
  QUEUE_FULL: 2,
  BUSY: 1,
  ROOM_FULL: 30,
  WAIT_IN_LINE: 2,
  WAITLIST_FULL: 30,
  UNAVAILABLE: 1,
};

/** Facts that a client acts on, so they stand in the body by themselves. */
const ACTED_ON: Partial<Record<RefusalCode, string>> = {
  ADMISSION_REQUIRED: 'join_url',
  ADMISSION_INVALID: 'join_url',
  WAITLIST_FIRST: 'join_url',
  ROOM_FULL: 'status',
  ROOM_CLOSED: 'status',
};

export type ErrorAnswer = ErrorBody & { code: RefusalCode };

/** What only the edge knows about a refusal. */
interface Circumstances {
  indefinite?: boolean;
  /** Shown with DEBUG only; the caller decides. */
  cause?: string | undefined;
}

export function errorAnswer(
  refusal: Refusal,
  asked: { traceId: string; acceptLanguage: string | undefined },
  { indefinite, cause }: Circumstances = {},
): ErrorAnswer {
  const message = sentence(refusal, asked.acceptLanguage);
  const actedOn = ACTED_ON[refusal.refused];
  const fact = actedOn && refusal.facts?.[actedOn];
  return {
    code: refusal.refused,
    message,
    traceId: asked.traceId,
    detail: refusal.detail ?? message,
    ...((indefinite ?? INDEFINITE.has(refusal.refused)) && { indefinite: true }),
    ...(cause !== undefined && { cause }),
    ...(actedOn && fact !== undefined && { [actedOn]: fact }),
  };
}

export function retryAfterSeconds(refusal: Refusal): number | undefined {
  const seconds = refusal.retryAfterSeconds ?? RETRY_AFTER_SECONDS[refusal.refused];
  return seconds === undefined ? undefined : Math.max(1, Math.ceil(seconds));
}

/** What a 401 asks for (RFC 9110): a bearer token, or the header that is missing, by its name. */
function challengeOf({ facts }: Refusal): string {
  const header = String(facts?.header ?? 'Authorization');
  return header === 'Authorization' ? 'Bearer' : header;
}

/** A reply of any route, whatever its schema says of the answers: refusals pass by the response schemas. */
export interface AnyReply {
  code(status: number): unknown;
  header(name: string, value: unknown): unknown;
  send(payload: unknown): unknown;
}

/** Answers with the refusal's status and the one error body, in the words of the route's edition. */
export function sendRefusal(
  request: Pick<FastifyRequest, 'id' | 'headers' | 'server' | 'url' | 'routeOptions' | 'refusedWith'>,
  reply: AnyReply,
  refusal: Refusal,
  circumstances?: Circumstances,
): void {
  const asked = { traceId: request.id, acceptLanguage: request.headers['accept-language'] };
  const retryAfter = retryAfterSeconds(refusal);
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  if (refusal.refused === 'IDENTITY_REQUIRED') reply.header('www-authenticate', challengeOf(refusal));
  request.refusedWith = refusal.refused;
  request.server.kit.metrics.refusal(refusal.refused);
  const status = STATUS_OF[refusal.refused];
  const answer = errorAnswer(refusal, asked, circumstances);
  const said = request.routeOptions.config?.face?.wordsFor({ refusal, answer, status, request });
  reply.code(said?.status ?? status);
  reply.header('content-type', 'application/json; charset=utf-8');
  reply.send(JSON.stringify(said ? { ...answer, ...said.fields } : answer));
}
