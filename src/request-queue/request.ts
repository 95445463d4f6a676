import { assert } from '../core/assert.ts';
import type { ClaimWay } from '../core/claim-way.ts';
import type { Millis } from '../core/clock.ts';
import type { Hundredths } from '../core/money.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Stamp } from '../core/stamp.ts';
import type { Lane } from './policy.ts';

export const REQUEST_STATES = [
  'PENDING',
  'PROCESSING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'EXPIRED',
  'DEAD',
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/**
 * Every move a request can make. A claim may be made again, when its worker has died. Only what nobody has claimed can
 * be cancelled, so a cancelled request never had an effect. A dead one is brought back by the organiser alone.
 */
export const REQUEST_MOVES: Readonly<Record<RequestState, readonly RequestState[]>> = {
  PENDING: ['PROCESSING', 'CANCELLED'],
  PROCESSING: ['PROCESSING', 'COMPLETED', 'FAILED', 'EXPIRED', 'DEAD'],
  COMPLETED: [],
  FAILED: [],
  CANCELLED: [],
  EXPIRED: [],
  DEAD: ['PENDING'],
};

/** What a completed request has. */
export interface HeldSeats {
  readonly reservationIds: readonly number[];
  readonly amount: Hundredths;
  readonly expiresAt: Millis;
}

/** Why a request came to nothing. */
export type Reason = Pick<Refusal, 'refused' | 'facts'>;

/** Somebody's request for seats of an event, waiting its turn or over. Values are never changed in place. */
export interface SeatRequest {
  readonly requestId: string;
  readonly eventId: number;
  readonly lane: Lane;
  /** Grows with each request that is accepted; a lane is served in this order. */
  readonly place: Stamp;
  readonly userId: string;
  readonly sessionId: string | null;
  readonly seatIds: readonly number[];
  /** The admission under which it was accepted. */
  readonly admissionId: string | null;
  /** As the event says when it is not named. */
  readonly way?: ClaimWay | undefined;
  readonly state: RequestState;
  /** Grows with every move; a move from an older one changes nothing. */
  readonly revision: number;
  /** Claims that may have done harm: those that a back end's failure ended are not counted. */
  readonly attempts: number;
  readonly acceptedAt: Millis;
  readonly endedAt: Millis | null;
  readonly held: HeldSeats | null;
  readonly reason: Reason | null;
}

/** What is known of a request before it is accepted. */
export type RequestDraft = Pick<
  SeatRequest,
  'requestId' | 'eventId' | 'lane' | 'userId' | 'sessionId' | 'seatIds' | 'admissionId' | 'way'
>;

const ACCEPTED_REVISION = 1;

export function newRequest(draft: RequestDraft, place: Stamp, now: Millis): SeatRequest {
  const { requestId, eventId, lane, userId, sessionId, seatIds, admissionId, way } = draft;
  return {
    requestId,
    eventId,
    lane,
    place,
    userId,
    sessionId,
    seatIds,
    admissionId,
    ...(way && { way }),
    state: 'PENDING',
    revision: ACCEPTED_REVISION,
    attempts: 0,
    acceptedAt: now,
    endedAt: null,
    held: null,
    reason: null,
  };
}

/** A worker takes it: from here on it may have had an effect, and cannot be cancelled. */
export function claimed(request: SeatRequest): SeatRequest {
  const revision = revisionAfter(request, 'PROCESSING');
  return { ...request, state: 'PROCESSING', revision, attempts: request.attempts + 1 };
}

/** Nobody worked on it before, so the log of commands need not be asked what came of it. */
export function isFirstClaim(request: SeatRequest): boolean {
  return request.revision === ACCEPTED_REVISION + 1;
}

/** The claim came to nothing through no fault of the request. */
export function excused(request: SeatRequest): SeatRequest {
  return { ...request, attempts: Math.max(0, request.attempts - 1) };
}

export function completed(request: SeatRequest, held: HeldSeats, now: Millis): SeatRequest {
  const revision = revisionAfter(request, 'COMPLETED');
  return { ...request, state: 'COMPLETED', revision, held, endedAt: now };
}

export function ended(
  request: SeatRequest,
  state: 'FAILED' | 'EXPIRED' | 'DEAD',
  { refused, facts }: Reason,
  now: Millis,
): SeatRequest {
  const reason = { refused, ...(facts && { facts }) };
  return { ...request, state, revision: revisionAfter(request, state), reason, endedAt: now };
}

export function cancelled(request: SeatRequest, now: Millis): SeatRequest {
  return { ...request, state: 'CANCELLED', revision: revisionAfter(request, 'CANCELLED'), endedAt: now };
}

/** Back to the end of its lane, as if it had just come. */
export function revived(request: SeatRequest, place: Stamp): SeatRequest {
  const revision = revisionAfter(request, 'PENDING');
  return { ...request, state: 'PENDING', revision, place, attempts: 0, endedAt: null, reason: null };
}

export function isOver({ state }: SeatRequest): boolean {
  return state !== 'PENDING' && state !== 'PROCESSING';
}

/** Throws BrokenInvariant on a move that the table does not have. */
function revisionAfter({ requestId, state, revision }: SeatRequest, next: RequestState): number {
  if (!REQUEST_MOVES[state].includes(next)) assert(false, `request ${requestId}: ${state} to ${next}`);
  return revision + 1;
}
