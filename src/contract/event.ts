import { type Static, Type } from 'typebox';
import { DateTime, DateTimeInput, Id, MoneyInput, Nullable, Strict } from './common.ts';

export const EventStatus = Type.Enum(['UPCOMING', 'ON_SALE', 'PAUSED', 'SOLD_OUT', 'CLOSED', 'CANCELLED']);
export type EventStatus = Static<typeof EventStatus>;

const Inventory = Type.Enum(['seated', 'capacity']);
const ClaimStrategy = Type.Enum(['atomic', 'distributed_lock', 'pessimistic', 'optimistic']);
const Currency = Type.String({ pattern: '^[A-Z]{3}$', examples: ['KRW'] });
const HoldSeconds = Type.Integer({ minimum: 1, maximum: 86_400 });
const SeatsPerUser = Type.Integer({ minimum: 1, maximum: 1_000 });
const EventName = Type.String({ minLength: 1, maxLength: 255, examples: ['Winter Concert'] });
const VenueName = Nullable(Type.String({ maxLength: 255, examples: ['Onrush Arena'] }));

const Weight = Strict({ weight: Type.Integer({ minimum: 1, maximum: 1_000 }) });

/** What is not named keeps its value. */
const AdmissionSettings = Strict(
  {
    mode: Type.Optional(Type.Enum(['open', 'waiting_room'])),
    opens_at: Type.Optional(Nullable(DateTimeInput)),
    rate_per_second: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
    burst: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    active_max: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
    session_seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 21_600 })),
    absent_seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
    lanes: Type.Optional(
      Strict({ high: Type.Optional(Weight), normal: Type.Optional(Weight), low: Type.Optional(Weight) }),
    ),
    queue_max: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
    when_lost: Type.Optional(Type.Enum(['closed', 'open'])),
    inventory_aware: Type.Optional(Type.Boolean()),
    /** Names the public beacon whose value goes into the draw; to be set before the first visitor. */
    beacon_source: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 200 }))),
  },
  { minProperties: 1 },
);
export type AdmissionSettings = Static<typeof AdmissionSettings>;

const LaneWeight = Type.Object({ weight: Type.Integer() });
const AdmissionView = Type.Object({
  mode: Type.String(),
  opens_at: Type.Optional(Nullable(DateTime)),
  rate_per_second: Type.Optional(Type.Number()),
  burst: Type.Optional(Type.Integer()),
  active_max: Type.Optional(Type.Integer()),
  session_seconds: Type.Optional(Type.Number()),
  absent_seconds: Type.Optional(Type.Number()),
  lanes: Type.Optional(Type.Object({ high: LaneWeight, normal: LaneWeight, low: LaneWeight })),
  queue_max: Type.Optional(Type.Integer()),
  when_lost: Type.Optional(Type.String()),
  inventory_aware: Type.Optional(Type.Boolean()),
  beacon_source: Type.Optional(Nullable(Type.String())),
});
export type AdmissionView = Static<typeof AdmissionView>;

export const HALL_LIMIT = 100_000;

export const EventInput = Strict({
  event_name: EventName,
  event_date: DateTimeInput,
  venue_name: Type.Optional(VenueName),
  total_seats: Type.Integer({ exclusiveMinimum: 0, maximum: HALL_LIMIT }),
  sale_start_time: Type.Optional(Nullable(DateTimeInput)),
  currency: Type.Optional(Currency),
  claim_strategy: Type.Optional(ClaimStrategy),
  inventory: Type.Optional(Inventory),
  capacity: Type.Optional(Type.Integer({ exclusiveMinimum: 0, maximum: HALL_LIMIT })),
  hold_seconds: Type.Optional(HoldSeconds),
  max_seats_per_user: Type.Optional(SeatsPerUser),
  series_id: Type.Optional(Nullable(Id)),
  admission: Type.Optional(AdmissionSettings),
  /** From then on buyers cannot cancel a confirmed booking; null: they always can. */
  cancellation_deadline: Type.Optional(Nullable(DateTimeInput)),
  /** Of each unnumbered seat of a capacity event. */
  price: Type.Optional(MoneyInput),
});
export type EventInput = Static<typeof EventInput>;

export const EventPatch = Strict({
  event_name: Type.Optional(EventName),
  event_date: Type.Optional(DateTimeInput),
  venue_name: Type.Optional(VenueName),
  status: Type.Optional(EventStatus),
  sale_start_time: Type.Optional(Nullable(DateTimeInput)),
  hold_seconds: Type.Optional(HoldSeconds),
  max_seats_per_user: Type.Optional(SeatsPerUser),
  series_id: Type.Optional(Nullable(Id)),
  claim_strategy: Type.Optional(ClaimStrategy),
  admission: Type.Optional(AdmissionSettings),
  cancellation_deadline: Type.Optional(Nullable(DateTimeInput)),
});
export type EventPatch = Static<typeof EventPatch>;

const eventProperties = {
  event_id: Id,
  event_name: Type.String(),
  event_date: DateTime,
  venue_name: Nullable(Type.String()),
  total_seats: Type.Integer(),
  available_seats: Type.Integer(),
  status: EventStatus,
  sale_start_time: Nullable(DateTime),
  created_at: DateTime,
  currency: Type.String(),
  claim_strategy: Type.String(),
  inventory: Type.String(),
  capacity: Nullable(Type.Integer()),
  hold_seconds: Type.Integer(),
  max_seats_per_user: Type.Integer(),
  series_id: Nullable(Id),
  admission: AdmissionView,
  cancellation_deadline: Nullable(DateTime),
};

export const EventView = Type.Object(eventProperties, { $id: 'Event' });
export type EventView = Static<typeof EventView>;

export const EventDetail = Type.Object(
  {
    ...eventProperties,
    available_seat_count: Type.Integer(),
    reserved_seat_count: Type.Integer(),
    booked_seat_count: Type.Integer(),
  },
  { $id: 'EventDetail' },
);
export type EventDetail = Static<typeof EventDetail>;

export const EventQuery = Strict({
  status: Type.Optional(EventStatus),
  page: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 }),
  page_size: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
});

export const EventPage = Type.Object({
  items: Type.Array(EventView),
  total: Type.Integer(),
  page: Type.Integer(),
  page_size: Type.Integer(),
  total_pages: Type.Integer(),
});
export type EventPage = Static<typeof EventPage>;
