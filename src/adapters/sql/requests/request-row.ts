import type { ClaimWay } from '../../../core/claim-way.ts';
import type { Lane } from '../../../request-queue/policy.ts';
import {
  claimed,
  type HeldSeats,
  type Reason,
  type RequestState,
  type SeatRequest,
} from '../../../request-queue/request.ts';
import type { Row } from '../database.ts';
import type { WriteKind } from '../write-kind.ts';

/** The whole row each time: the last of several writes in one commit is the one that counts. */
export const PUT_REQUEST: WriteKind = {
  write: 'upsert',
  table: 'seat_request',
  columns: {
    request_id: 'text',
    event_id: 'int',
    lane: 'text',
    place: 'int',
    user_id: 'text',
    session_id: 'text',
    seats_json: 'text',
    admission_id: 'text',
    state: 'text',
    revision: 'int',
    attempts: 'int',
    accepted_at: 'int',
    ended_at: 'int',
    outcome_json: 'text',
    way: 'text',
  },
  key: ['request_id'],
  update: {
    place: 'replace',
    state: 'replace',
    revision: 'replace',
    attempts: 'replace',
    ended_at: 'replace',
    outcome_json: 'replace',
  },
  guard: { revision: 'grows' },
  // A claim that another node's cancel has overtaken must not go on.
  mustApply: true,
};

/** The same for one that is new. */
export const ADD_REQUEST: WriteKind = {
  write: 'insert',
  table: 'seat_request',
  columns: PUT_REQUEST.columns,
};

export const PUT_CLAIM: WriteKind = {
  write: 'upsert',
  table: 'seat_request_claim',
  columns: { event_id: 'int', lane: 'text', through: 'int' },
  key: ['event_id', 'lane'],
  update: { through: 'maximum' },
};

export const FORGET_REQUEST: WriteKind = {
  write: 'delete',
  table: 'seat_request',
  columns: { request_id: 'text' },
};

export interface RequestRecord {
  request_id: string;
  event_id: number;
  lane: string;
  place: number;
  user_id: string;
  session_id: string | null;
  seats_json: string;
  admission_id: string | null;
  state: string;
  revision: number;
  attempts: number;
  accepted_at: number;
  ended_at: number | null;
  /** What it has, or why it has nothing. */
  outcome_json: string | null;
  way: string | null;
}

export function requestRow(request: SeatRequest): Row {
  return [
    request.requestId,
    request.eventId,
    request.lane,
    request.place,
    request.userId,
    request.sessionId,
    JSON.stringify(request.seatIds),
    request.admissionId,
    request.state,
    request.revision,
    request.attempts,
    request.acceptedAt,
    request.endedAt,
    outcomeOf(request),
    request.way ?? null,
  ];
}

export function requestOf(row: RequestRecord): SeatRequest {
  const outcome: { held?: HeldSeats; reason?: Reason } =
    row.outcome_json === null ? {} : JSON.parse(row.outcome_json);
  return {
    requestId: row.request_id,
    eventId: row.event_id,
    lane: row.lane as Lane,
    place: row.place,
    userId: row.user_id,
    sessionId: row.session_id,
    seatIds: JSON.parse(row.seats_json) as number[],
    admissionId: row.admission_id,
    ...(row.way !== null && { way: row.way as ClaimWay }),
    state: row.state as RequestState,
    revision: row.revision,
    attempts: row.attempts,
    acceptedAt: row.accepted_at,
    endedAt: row.ended_at,
    held: outcome.held ?? null,
    reason: outcome.reason ?? null,
  };
}

/** As it is: first claims have no row of their own, but reach everybody up to a place of their lane. */
export function shownRequest(row: RequestRecord & { through: number | null }): SeatRequest {
  const request = requestOf(row);
  const isClaimed = request.state === 'PENDING' && request.place <= (row.through ?? 0);
  return isClaimed ? claimed(request) : request;
}

function outcomeOf({ held, reason }: SeatRequest): string | null {
  if (held) return JSON.stringify({ held });
  return reason ? JSON.stringify({ reason }) : null;
}
