import { formatDateTime, formatOptionalDateTime } from '../contract/date-time.ts';
import type {
  DeadRequest,
  QueueStats as QueueStatsView,
  RequestAccepted,
  RequestResult,
  RequestView,
} from '../contract/request-queue.ts';
import type { Millis } from '../core/clock.ts';
import { type Language, languageOf, sentence } from '../http/messages/sentence.ts';
import { LANES } from './policy.ts';
import type { BuyerEvent } from './ports/buyer-channels.ts';
import type { RequestState, SeatRequest } from './request.ts';
import type { QueueStats, Receipt, RequestNow } from './service.ts';

/** v2 knows no expiry and no death: such a request has failed, and its result says why. */
export const STATUS_OF_REQUEST: Readonly<Record<RequestState, string>> = {
  PENDING: 'pending',
  PROCESSING: 'processing',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  EXPIRED: 'failed',
  DEAD: 'failed',
};

const MESSAGES: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  pending: { en: 'Waiting in the queue', ko: '대기 중입니다' },
  processing: { en: 'Being processed', ko: '처리 중입니다' },
  completed: { en: 'Reservation completed successfully', ko: '예약이 완료되었습니다' },
  failed: { en: 'Reservation failed', ko: '예약에 실패했습니다' },
  cancelled: { en: 'Request cancelled', ko: '요청이 취소되었습니다' },
};

const QUEUED: Readonly<
  Record<Language, { served: string; lowered: (asked: string, lane: string) => string }>
> = {
  en: {
    served: 'Reservation request queued',
    lowered: (asked, lane) =>
      `Reservation request queued; you are not entitled to priority ${asked}, so it is served as ${lane}`,
  },
  ko: {
    served: '예약 요청이 접수되었습니다',
    lowered: (asked, lane) =>
      `예약 요청이 접수되었습니다. 우선순위 ${asked} 자격이 없어 ${lane}(으)로 처리됩니다`,
  },
};

export function acceptedView(
  { requestId, lane, asked, position, waitSeconds }: Receipt,
  language: string | undefined,
): RequestAccepted {
  const words = QUEUED[languageOf(language)];
  return {
    success: true,
    request_id: requestId,
    status: 'pending',
    message: asked !== null && asked !== lane ? words.lowered(asked, lane) : words.served,
    estimated_wait_time: waitSeconds,
    queue_position: position,
    priority: lane,
  };
}

export function requestView(
  { request, position, waitSeconds }: RequestNow,
  language: string | undefined,
): RequestView {
  return {
    request_id: request.requestId,
    status: STATUS_OF_REQUEST[request.state],
    message: messageOf(request, language),
    queue_position: position,
    result: resultOf(request, language),
    created_at: formatDateTime(request.acceptedAt),
    processed_at: formatOptionalDateTime(request.endedAt),
    priority: request.lane,
    estimated_wait_time: waitSeconds,
  };
}

/** In the reader's language. */
function messageOf({ state, reason }: SeatRequest, language: string | undefined): string {
  if (reason) return sentence(reason, language);
  return MESSAGES[STATUS_OF_REQUEST[state]]?.[languageOf(language)] ?? '';
}

function resultOf(request: SeatRequest, language: string | undefined): RequestResult | null {
  const { held, reason, endedAt } = request;
  if (endedAt === null || (!held && !reason)) return null;
  const message = messageOf(request, language);
  const completed_at = formatDateTime(endedAt);
  if (!held)
    return { success: false, message, data: {}, completed_at, ...(reason && { code: reason.refused }) };
  const data = {
    reservation_ids: [...held.reservationIds],
    total_amount: held.amount / 100,
    expires_at: formatDateTime(held.expiresAt),
  };
  return { success: true, message, data, completed_at };
}

export function statsView(eventId: number, { lanes, waitSeconds }: QueueStats): QueueStatsView {
  const of = (lane: (typeof LANES)[number]) => ({
    length: lanes[lane].waiting,
    pending: lanes[lane].claimed,
  });
  return {
    event_id: eventId,
    high: of('high'),
    normal: of('normal'),
    low: of('low'),
    total_pending: LANES.reduce((sum, lane) => sum + lanes[lane].waiting + lanes[lane].claimed, 0),
    estimated_wait_time: waitSeconds,
  };
}

export function deadView(request: SeatRequest): DeadRequest {
  return {
    request_id: request.requestId,
    event_id: request.eventId,
    priority: request.lane,
    seat_ids: [...request.seatIds],
    attempts: request.attempts,
    reason: String(request.reason?.facts?.cause ?? ''),
    created_at: formatDateTime(request.acceptedAt),
    died_at: formatOptionalDateTime(request.endedAt),
  };
}

function frame(type: string, requestId: string | null, data: object, at: Millis): string {
  return JSON.stringify({ type, request_id: requestId, data, timestamp: formatDateTime(at) });
}

export function statusFrame(now: RequestNow, language: string | undefined, at: Millis): string {
  const { request_id, created_at: _, processed_at: __, ...data } = requestView(now, language);
  return frame('status_update', request_id, data, at);
}

export function positionFrame({ request, position, waitSeconds }: RequestNow, at: Millis): string {
  const data = { queue_position: position, estimated_wait_time: waitSeconds };
  return frame('queue_position', request.requestId, data, at);
}

/** How a request ended; undefined for a cancelled one, whose status says it all. */
export function endFrame(
  { request }: RequestNow,
  language: string | undefined,
  at: Millis,
): string | undefined {
  const status = STATUS_OF_REQUEST[request.state];
  const result = resultOf(request, language);
  if (status === 'completed') return frame('reservation_complete', request.requestId, { status, result }, at);
  if (status !== 'failed') return undefined;
  const { message = '', code } = result ?? {};
  return frame('reservation_failed', request.requestId, { status, message, code, result }, at);
}

/** Of what is told with a reason. */
const EVENT_MESSAGES = {
  reservation_lost: {
    en: 'We are sorry: a failure on our side took a seat that you held. Please choose again.',
    ko: '죄송합니다. 저희 쪽 장애로 선점하신 좌석을 잃었습니다. 다시 골라 주세요.',
  },
};

export function eventFrame({ type, data }: BuyerEvent, language: string | undefined, at: Millis): string {
  if (type !== 'reservation_lost') return frame(type, null, data, at);
  const message = EVENT_MESSAGES[type][languageOf(language)];
  return frame(type, null, Object.assign({}, data, { message }), at);
}

/** The first frame of a channel that may have nothing to tell yet. */
export function connectedFrame(at: Millis): string {
  return frame('status_update', null, { status: 'connected' }, at);
}

export function keepaliveFrame(at: Millis): string {
  return JSON.stringify({ type: 'keepalive', timestamp: formatDateTime(at) });
}
