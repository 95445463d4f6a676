import type {
  AuditQuery,
  AuditView,
  ConcertView,
  LifecycleView,
  LineFrame,
  LineView,
  OptionView,
  SalesPolicyInput,
  SalesPolicyView,
  SeatReservationView,
  SetupInput,
  UserView,
} from '../../contract/concerts.ts';
import { formatDateTime, formatOptionalDateTime, parseDateTime } from '../../contract/date-time.ts';
import { DAY, type Millis, SECOND } from '../../core/clock.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { statusOf } from './lifecycle.ts';
import type { Concert, ConcertDraft, ConcertPolicy } from './ports/concerts.ts';
import type { LineStanding } from './ports/lines.ts';
import type { SeatRequestFacts } from './ports/requests.ts';
import type { AbuseFacts, AbuseFilter, ReservationFacts } from './ports/reservations.ts';
import type { ConcertUser } from './ports/users.ts';
import { wireUserId } from './user-id.ts';

export function userView({ userId, username, tier }: ConcertUser): UserView {
  return { id: userId, username, tier };
}

export function concertView({ seriesId, title, artist, agency }: Concert): ConcertView {
  return { id: seriesId, title, artistName: artist, agencyName: agency };
}

export function optionView({ eventId, startsAt }: { eventId: number; startsAt: Millis }): OptionView {
  return { id: eventId, concertDate: formatDateTime(startsAt) };
}

const SEATS_PER_ROW = 10;

/** Options are a day apart. Seats are called, …, B-1, … */
export function concertDraft(input: SetupInput): ConcertDraft | Refusal {
  const { title, artistName, agencyName, entertainmentName, seatCount, optionCount = 1 } = input;
  const agency = agencyName ?? entertainmentName;
  if (agency === undefined) {
    const detail = [{ field: 'agencyName', message: 'is required, or entertainmentName' }];
    return refuse('VALIDATION_FAILED', {}, { detail });
  }
  const first = parseDateTime(input.concertDate);
  const perRow = input.seatLayout?.seatsPerRow ?? SEATS_PER_ROW;
  return {
    title,
    artist: artistName,
    agency,
    venue: input.venueName ?? null,
    dates: Array.from({ length: optionCount }, (_, index) => first + index * DAY),
    seatNumbers: Array.from({ length: seatCount }, (_, index) => {
      const row = rowName(Math.floor(index / perRow));
      return { number: `${row}-${(index % perRow) + 1}`, row };
    }),
  };
}

/** A, B, …, Z, AA, AB, … */
function rowName(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : rowName(Math.floor(index / 26) - 1) + last;
}

export function salesPolicy(input: SalesPolicyInput): ConcertPolicy {
  return {
    presaleStartsAt: optionalTime(input.presaleStartAt),
    presaleEndsAt: optionalTime(input.presaleEndAt),
    presaleMinimumTier: input.presaleMinimumTier ?? 'BASIC',
    generalSaleStartsAt: optionalTime(input.generalSaleStartAt),
    reservationsPerBuyer: input.maxReservationsPerUser ?? null,
  };
}

export function salesPolicyView(concertId: number, policy: ConcertPolicy): SalesPolicyView {
  return {
    concertId,
    presaleStartAt: formatOptionalDateTime(policy.presaleStartsAt),
    presaleEndAt: formatOptionalDateTime(policy.presaleEndsAt),
    presaleMinimumTier: policy.presaleMinimumTier,
    generalSaleStartAt: formatOptionalDateTime(policy.generalSaleStartsAt),
    maxReservationsPerUser: policy.reservationsPerBuyer,
  };
}

function optionalTime(text: string | null | undefined): Millis | null {
  return text === null || text === undefined ? null : parseDateTime(text);
}

export function reservationView({ holdId, userId, seatId, heldAt }: ReservationFacts): SeatReservationView {
  return { id: holdId, userId: wireUserId(userId), seatId, reservationTime: formatDateTime(heldAt) };
}

export function lifecycleView(
  facts: ReservationFacts,
  more: { paymentMethod?: string | null | undefined; activated?: readonly string[] } = {},
): LifecycleView {
  const { holdId, userId, seatId, heldAt, expiresAt, endedAt, order } = facts;
  const status = statusOf(facts);
  const overAt = order?.endedAt ?? endedAt;
  return {
    id: holdId,
    userId: wireUserId(userId),
    seatId,
    status,
    reservedAt: formatDateTime(heldAt),
    holdExpiresAt: formatDateTime(expiresAt),
    confirmedAt: formatOptionalDateTime(order?.confirmedAt ?? null),
    expiredAt: formatOptionalDateTime(status === 'EXPIRED' ? (overAt ?? expiresAt) : null),
    cancelledAt: formatOptionalDateTime(status === 'CANCELLED' || status === 'REFUNDED' ? overAt : null),
    refundedAt: formatOptionalDateTime(status === 'REFUNDED' ? overAt : null),
    paymentMethod: more.paymentMethod ?? null,
    resaleActivatedUserIds: (more.activated ?? []).map(wireUserId),
  };
}

/** What this edition calls the state of a request. */
export function requestStatus(facts: SeatRequestFacts | undefined): string {
  if (!facts) return 'NOT_FOUND';
  const { state, reason } = facts;
  if (state === 'PENDING' || state === 'PROCESSING') return state;
  if (state === 'COMPLETED') return 'SUCCESS';
  return (reason && FAILURES[reason]) ?? 'FAIL';
}

const FAILURES: Readonly<Record<string, string>> = {
  SEATS_TAKEN: 'FAIL_ALREADY_RESERVED',
  REQUEST_OVERTAKEN: 'FAIL_OPTIMISTIC_CONFLICT',
  REQUEST_DEAD: 'FAIL_OPTIMISTIC_CONFLICT',
  BUSY: 'FAIL_OPTIMISTIC_CONFLICT',
  EVENT_NOT_FOUND: 'FAIL_DATA_NOT_FOUND',
  SEAT_NOT_FOUND: 'FAIL_DATA_NOT_FOUND',
  SEATS_UNKNOWN: 'FAIL_DATA_NOT_FOUND',
};

export function auditFilter(query: AuditQuery): AbuseFilter {
  const { reason, userId, concertId, fromAt, toAt, limit } = query;
  return {
    reason,
    userId: userId === undefined ? undefined : String(userId),
    seriesId: concertId,
    from: fromAt === undefined ? undefined : parseDateTime(fromAt),
    until: toAt === undefined ? undefined : parseDateTime(toAt),
    limit,
  };
}

export function auditView(facts: AbuseFacts): AuditView {
  return {
    id: facts.attemptId,
    action: 'HOLD_CREATE',
    result: 'BLOCKED',
    reason: facts.reason,
    userId: wireUserId(facts.userId),
    concertId: facts.seriesId,
    optionId: facts.eventId,
    seatId: facts.seatId,
    requestFingerprint: facts.requestMark,
    deviceFingerprint: facts.deviceMark,
    occurredAt: formatDateTime(facts.at),
  };
}

function rankOf(standing: LineStanding): number {
  if (standing.status === 'WAITING') return standing.rank;
  return standing.status === 'ACTIVE' ? 0 : -1;
}

interface InLine {
  userId: number;
  concertId: number;
}

export function lineView({ userId, concertId }: InLine, standing: LineStanding): LineView {
  return { userId, concertId, status: standing.status, rank: rankOf(standing) };
}

export function lineFrame({ userId, concertId }: InLine, standing: LineStanding, now: Millis): LineFrame {
  const left = standing.status === 'ACTIVE' ? Math.ceil(standing.leftMillis / SECOND) : 0;
  return {
    userId,
    concertId,
    status: standing.status,
    rank: rankOf(standing),
    activeTtlSeconds: left,
    timestamp: new Date(now).toISOString(),
  };
}
