/**
 * Every way the system says an expected "no". One table in http turns a code into a status, and one catalogue per
 * language turns it into a sentence; a rule only names the code and the facts.
 */
export type RefusalCode =
  // what was sent
  | 'BAD_JSON'
  | 'BAD_REQUEST'
  | 'UNKNOWN_FIELD'
  | 'VALIDATION_FAILED'
  | 'DUPLICATE_SEAT_IDS'
  | 'TOO_MANY_SEATS'
  | 'PRICE_NOT_IN_CURRENCY'
  | 'INVALID_STATUS'
  | 'INVALID_SEAT_IDS'
  | 'BODY_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'HEADERS_TOO_MANY'
  | 'REQUEST_TOO_SLOW'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  // who sent it
  | 'IDENTITY_REQUIRED'
  | 'IDENTITY_INVALID'
  | 'USER_MISMATCH'
  | 'ORGANISER_ONLY'
  | 'STAFF_ONLY'
  | 'ORIGIN_NOT_ALLOWED'
  | 'HOST_NOT_OURS'
  | 'ADMISSION_REQUIRED'
  | 'ADMISSION_INVALID'
  | 'ADMISSION_USED'
  // how often
  | 'RATE_LIMITED'
  | 'HOLD_CHURN'
  | 'BUSY'
  // sent before
  | 'IDEMPOTENCY_KEY_INVALID'
  | 'IDEMPOTENCY_MISMATCH'
  | 'IDEMPOTENCY_IN_FLIGHT'
  // catalogue
  | 'EVENT_NOT_FOUND'
  | 'EVENT_MOVE_ILLEGAL'
  | 'CLAIM_STRATEGY_FIXED'
  | 'PAUSE_FIRST'
  | 'SEAT_NOT_FOUND'
  | 'SEAT_NUMBER_TAKEN'
  | 'HALL_FULL'
  // waiting room
  | 'NO_WAITING_ROOM'
  | 'NOT_IN_LINE'
  | 'ROOM_FULL'
  | 'ROOM_CLOSED'
  | 'ROOM_MOVE_ILLEGAL'
  | 'NOT_IN_DRAW'
  | 'WAIT_IN_LINE'
  | 'SESSION_INVALID'
  // seats
  | 'SALE_NOT_OPEN'
  | 'SEATS_UNKNOWN'
  | 'SEAT_OF_OTHER_EVENT'
  | 'SEATS_TAKEN'
  | 'SEATS_NOT_FREE'
  | 'SEAT_SOLD'
  | 'SEAT_LIMIT_REACHED'
  | 'NO_ADJACENT_SEATS'
  | 'WAITLIST_FIRST'
  | 'RESERVATION_NOT_FOUND'
  | 'RESERVATION_NOT_ACTIVE'
  | 'RESERVATION_EXPIRED'
  | 'EXTENSION_LIMIT'
  | 'SEAT_NOT_RESERVED'
  | 'SEAT_NOT_YOURS'
  // waitlist
  | 'NOT_ON_WAITLIST'
  | 'WAITLIST_FULL'
  | 'NO_OFFER'
  | 'OFFER_OVER'
  // request queue
  | 'QUEUE_FULL'
  | 'REQUEST_LIMIT'
  | 'REQUEST_NOT_FOUND'
  | 'REQUEST_NOT_CANCELLABLE'
  | 'REQUEST_EXPIRED'
  | 'REQUEST_OVERTAKEN'
  | 'REQUEST_DEAD'
  | 'REQUEST_NOT_DEAD'
  // money
  | 'BOOKING_NOT_FOUND'
  | 'BOOKING_NOT_PENDING'
  | 'BOOKING_NOT_CANCELLABLE'
  | 'TICKETS_NOT_RETURNABLE'
  | 'BOOKING_NOT_REFUNDABLE'
  | 'CANCELLATION_DEADLINE_PASSED'
  | 'ONE_SEAT_PER_BUYER'
  | 'PAYMENT_DEADLINE_PASSED'
  | 'PAYMENT_IN_PROGRESS'
  | 'PAYMENT_FAILED'
  | 'PAYMENT_UNKNOWN'
  | 'REFUND_TOO_LARGE'
  | 'REFUND_PARTS_LIMIT'
  | 'WEBHOOK_REFUSED'
  | 'SEATS_LOST'
  // accounts and series
  | 'USER_NOT_FOUND'
  | 'USERNAME_TAKEN'
  | 'SERIES_NOT_FOUND'
  | 'SALES_POLICY_NOT_FOUND'
  | 'PRESALE_TIER'
  | 'SERIES_LIMIT_REACHED'
  | 'HOLDS_TOO_FAST'
  | 'REQUEST_REPEATED'
  | 'DEVICE_SHARED'
  | 'NOT_ACTIVE'
  | 'RESERVATION_MOVE_ILLEGAL'
  // tickets
  | 'TICKET_NOT_FOUND'
  | 'TICKET_NOT_VALID'
  | 'TICKET_CHANGE_LIMIT'
  | 'TICKET_CODE_INVALID'
  | 'TICKET_OF_OTHER_EVENT'
  | 'TICKET_ALREADY_USED'
  | 'TICKET_NOT_USED'
  // the house itself
  | 'UNAVAILABLE'
  | 'INTERNAL_ERROR';

/** Facts that a sentence about the refusal may name. Never personal data, never a token. */
export type RefusalFacts = Readonly<Record<string, string | number>>;

/** A definite no: nothing happened. */
export interface Refusal {
  readonly refused: RefusalCode;
  readonly facts?: RefusalFacts;
  /** What a client may use to go on: the field errors, or an alternative offer. */
  readonly detail?: unknown;
  readonly retryAfterSeconds?: number;
}

export function refuse(
  refused: RefusalCode,
  facts?: RefusalFacts,
  more: { detail?: unknown; retryAfterSeconds?: number } = {},
): Refusal {
  return { refused, ...(facts && { facts }), ...more };
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value;
}
