import { type Static, Type } from 'typebox';
import { DateTime, Id, Nullable, Strict } from './common.ts';
import { ReservationInput } from './reservation.ts';

/** The lanes of the queue. */
export const Priority = Type.Enum(['high', 'normal', 'low']);

const Lane = Type.String({ description: 'The lane in which it waits, or waited', examples: ['normal'] });
const RequestId = Type.String({ examples: ['01JD6Z4V9R8Q2M3N4P5S6T7V8W'] });
const RequestStatus = Type.String({
  examples: ['pending'],
  description: 'pending, processing, completed, failed or cancelled',
});
/** In the client's language. */
const Said = Type.String({
  description: 'For people, by Accept-Language',
  examples: ['Reservation request queued'],
});
const Seconds = Type.Integer({ description: 'seconds', examples: [1] });

export const QueuedReservationInput = Strict({
  ...ReservationInput.properties,
  priority: Type.Optional(
    Type.With(Priority, { description: 'Lowers the lane that the caller has; never raises it' }),
  ),
});
export type QueuedReservationInput = Static<typeof QueuedReservationInput>;

export const RequestAccepted = Type.Object({
  success: Type.Boolean(),
  request_id: RequestId,
  status: RequestStatus,
  message: Said,
  estimated_wait_time: Seconds,
  queue_position: Type.Integer({ description: '1 is next', examples: [1] }),
  priority: Lane,
});
export type RequestAccepted = Static<typeof RequestAccepted>;

export const RequestResult = Type.Object({
  success: Type.Boolean(),
  message: Said,
  data: Type.Object(
    {
      reservation_ids: Type.Optional(Type.Array(Id)),
      total_amount: Type.Optional(Type.Number({ description: 'Of the event’s currency' })),
      expires_at: Type.Optional(DateTime),
    },
    { description: 'Empty when the request failed' },
  ),
  completed_at: DateTime,
  code: Type.Optional(Type.String({ description: 'Why it failed', examples: ['SEATS_TAKEN'] })),
});
export type RequestResult = Static<typeof RequestResult>;

export const RequestView = Type.Object(
  {
    request_id: RequestId,
    status: RequestStatus,
    message: Said,
    queue_position: Nullable(Type.Integer({ description: '1 is next; null for what does not wait' })),
    result: Type.Unsafe<RequestResult | null>({ ...RequestResult, type: ['object', 'null'] }),
    created_at: DateTime,
    processed_at: Nullable(DateTime),
    priority: Lane,
    estimated_wait_time: Nullable(Seconds),
  },
  { $id: 'ReservationRequest' },
);
export type RequestView = Static<typeof RequestView>;

export const RequestParams = Type.Object({ request_id: Type.String({ minLength: 1, maxLength: 100 }) });
export const QueueParams = Type.Object({ event_id: Id });
export const BuyerParams = Type.Object({ user_id: Type.String({ minLength: 1, maxLength: 128 }) });

const LaneStats = Type.Object({
  length: Type.Integer({ description: 'requests that wait' }),
  pending: Type.Integer({ description: 'requests that are with a worker' }),
});

export const QueueStats = Type.Object({
  event_id: Id,
  high: LaneStats,
  normal: LaneStats,
  low: LaneStats,
  total_pending: Type.Integer({ description: 'requests that are not over' }),
  estimated_wait_time: Seconds,
});
export type QueueStats = Static<typeof QueueStats>;

export const QueueHealth = Type.Object({
  status: Type.String({ examples: ['healthy'] }),
  redis: Type.String({ examples: ['connected'] }),
  backend: Type.String({ examples: ['embedded'] }),
});

/** A request that was given up. */
export const DeadRequest = Type.Object({
  request_id: RequestId,
  event_id: Id,
  priority: Lane,
  seat_ids: Type.Array(Id),
  attempts: Type.Integer({ description: 'How often a worker began it' }),
  reason: Type.String({ description: 'Why it was given up', examples: ['UNAVAILABLE'] }),
  created_at: DateTime,
  died_at: Nullable(DateTime),
});
export type DeadRequest = Static<typeof DeadRequest>;

/** What waits once more. */
export const RequestWaits = Type.Object({ request_id: RequestId, status: RequestStatus });

export const RequestStreamQuery = Type.Object(
  {
    user_id: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    ticket: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  },
  { additionalProperties: false },
);

const frame = (type: string, data: Parameters<typeof Type.Object>[0]) =>
  Type.Object({
    type: Type.Literal(type),
    request_id: Nullable(RequestId),
    data: Type.Object(data),
    timestamp: DateTime,
  });

/** What the streams of requests send, by type. */
export const REQUEST_FRAMES = {
  status_update: frame('status_update', {
    status: RequestStatus,
    message: Type.String(),
    queue_position: Nullable(Type.Integer()),
    estimated_wait_time: Nullable(Seconds),
    priority: Type.String(),
    result: Type.Unknown(),
  }),
  connected: frame('status_update', { status: Type.Literal('connected') }),
  queue_position: frame('queue_position', { queue_position: Type.Integer(), estimated_wait_time: Seconds }),
  reservation_complete: frame('reservation_complete', { status: RequestStatus, result: RequestResult }),
  reservation_failed: frame('reservation_failed', {
    status: RequestStatus,
    message: Type.String(),
    code: Type.String(),
    result: Nullable(RequestResult),
  }),
  booking_update: frame('booking_update', { booking_id: Id, event_id: Id, status: Type.String() }),
  reservation_expired: frame('reservation_expired', { reservation_id: Id, event_id: Id, seat_id: Id }),
  reservation_lost: frame('reservation_lost', {
    reservation_id: Id,
    event_id: Id,
    seat_id: Id,
    message: Type.String(),
  }),
  waitlist_update: frame('waitlist_update', {
    event_id: Id,
    status: Type.String({ examples: ['OFFERED'] }),
    reservation_ids: Type.Array(Id),
    seat_ids: Type.Array(Id),
  }),
  keepalive: Type.Object({ type: Type.Literal('keepalive'), timestamp: DateTime }),
};
