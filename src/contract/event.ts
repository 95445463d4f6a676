import { type Static, Type } from 'typebox';
import { CurrencyText, DateTime, DateTimeInput, Id, MoneyInput, Nullable, Strict } from './common.ts';

export const EventStatus = Type.Enum(['UPCOMING', 'ON_SALE', 'PAUSED', 'SOLD_OUT', 'CLOSED', 'CANCELLED']);
export type EventStatus = Static<typeof EventStatus>;

const Inventory = Type.Enum(['seated', 'capacity'], {
  description: 'Seats of a hall, or a number of places',
});
const ClaimStrategy = Type.Enum(['atomic', 'distributed_lock', 'pessimistic', 'optimistic'], {
  description:
    'How a seat is claimed; fixed while anything is held. docs/claim-strategies.md says which to choose',
});
const Currency = Type.String({ pattern: '^[A-Z]{3}$', examples: ['KRW'] });
const HoldSeconds = Type.Integer({
  minimum: 1,
  maximum: 86_400,
  description: 'How long a reservation holds its seat',
});
const SeatsPerUser = Type.Integer({
  minimum: 1,
  maximum: 1_000,
  description: 'Held or being paid for at the same time',
});
const SOME_EVENT = { examples: ['Winter Concert'] };
const EventName = Type.String({ minLength: 1, maxLength: 255, ...SOME_EVENT });
export const EventNameText = Type.String(SOME_EVENT);
const SaleStart = Type.With(DateTimeInput, {
  description: 'When the sale opens by itself, in UTC unless it names a zone; null: by `start-sale` only',
});
const CancellationDeadline = Type.With(DateTimeInput, {
  description:
    'From when on, in UTC unless it names a zone, buyers cannot cancel a confirmed booking; null: they always can',
});
const SOME_VENUE = { examples: ['Onrush Arena'] };
const VenueName = Nullable(Type.String({ maxLength: 255, ...SOME_VENUE }));
export const VenueNameText = Nullable(Type.String(SOME_VENUE));

const Weight = Strict({
  weight: Type.Integer({ minimum: 1, maximum: 1_000, description: 'The lane’s share of the people let in' }),
});

/** What the settings of a waiting room mean, given and shown. */
const MEANING = {
  opens_at: {
    description: 'When the room opens by itself, in UTC unless it names a zone; null: by `open` only',
  },
  rate_per_second: { description: 'People let in, at most' },
  burst: { description: 'People let in at once after a lull' },
  active_max: { description: 'People called or inside at the same time' },
  session_seconds: { description: 'How long a session outlives its last request; 6 hours in all at most' },
  absent_seconds: {
    description:
      'Who gives no sign of life for longer, past the wait he was told, is passed over and keeps his place',
  },
  queue_max: { description: 'People waiting in all lanes together' },
  when_lost: {
    description: 'What a sale request meets while nobody knows who is admitted: 503, or an open door',
  },
  inventory_aware: { description: 'Lets in no more people than there are seats for' },
  beacon_source: {
    description: 'The public beacon whose value goes into the draw; set before the first visitor',
    examples: ['drand round 5432100'],
  },
} as const;

/** What is not named keeps its value. */
const AdmissionSettings = Strict(
  {
    mode: Type.Optional(Type.Enum(['open', 'waiting_room'])),
    opens_at: Type.Optional(Nullable(Type.With(DateTimeInput, MEANING.opens_at))),
    rate_per_second: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000, ...MEANING.rate_per_second })),
    burst: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, ...MEANING.burst })),
    active_max: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, ...MEANING.active_max })),
    session_seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 21_600, ...MEANING.session_seconds })),
    absent_seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400, ...MEANING.absent_seconds })),
    lanes: Type.Optional(
      Strict({ high: Type.Optional(Weight), normal: Type.Optional(Weight), low: Type.Optional(Weight) }),
    ),
    queue_max: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000, ...MEANING.queue_max })),
    when_lost: Type.Optional(Type.Enum(['closed', 'open'], MEANING.when_lost)),
    inventory_aware: Type.Optional(Type.Boolean(MEANING.inventory_aware)),
    beacon_source: Type.Optional(
      Nullable(Type.String({ minLength: 1, maxLength: 200, ...MEANING.beacon_source })),
    ),
  },
  { minProperties: 1 },
);
export type AdmissionSettings = Static<typeof AdmissionSettings>;

const LaneWeight = Type.Object({ weight: Type.Integer() });
/** As they stand. */
export const RoomSettings = Type.Object({
  opens_at: Nullable(Type.With(DateTime, MEANING.opens_at)),
  rate_per_second: Type.Number(MEANING.rate_per_second),
  burst: Type.Integer(MEANING.burst),
  active_max: Type.Integer(MEANING.active_max),
  session_seconds: Type.Number(MEANING.session_seconds),
  absent_seconds: Type.Number(MEANING.absent_seconds),
  lanes: Type.Object({ high: LaneWeight, normal: LaneWeight, low: LaneWeight }),
  queue_max: Type.Integer(MEANING.queue_max),
  when_lost: Type.String({ ...MEANING.when_lost, examples: ['closed'] }),
  inventory_aware: Type.Boolean(MEANING.inventory_aware),
  beacon_source: Nullable(Type.String(MEANING.beacon_source)),
});
const AdmissionView = Type.Object({
  mode: Type.String({
    description: 'open or waiting_room; the rest is of a waiting room',
    examples: ['open'],
  }),
  ...Type.Partial(RoomSettings).properties,
});
export type AdmissionView = Static<typeof AdmissionView>;

export const HALL_LIMIT = 100_000;

export const EventInput = Strict({
  event_name: EventName,
  event_date: DateTimeInput,
  venue_name: Type.Optional(VenueName),
  total_seats: Type.Integer({ exclusiveMinimum: 0, maximum: HALL_LIMIT }),
  sale_start_time: Type.Optional(Nullable(SaleStart)),
  currency: Type.Optional(Currency),
  claim_strategy: Type.Optional(ClaimStrategy),
  inventory: Type.Optional(Inventory),
  capacity: Type.Optional(Type.Integer({ exclusiveMinimum: 0, maximum: HALL_LIMIT })),
  hold_seconds: Type.Optional(HoldSeconds),
  max_seats_per_user: Type.Optional(SeatsPerUser),
  series_id: Type.Optional(Nullable(Id)),
  admission: Type.Optional(AdmissionSettings),
  cancellation_deadline: Type.Optional(Nullable(CancellationDeadline)),
  price: Type.Optional(Type.With(MoneyInput, { description: 'Of each place of a capacity event' })),
});
export type EventInput = Static<typeof EventInput>;

export const EventPatch = Strict({
  event_name: Type.Optional(EventName),
  event_date: Type.Optional(DateTimeInput),
  venue_name: Type.Optional(VenueName),
  status: Type.Optional(EventStatus),
  sale_start_time: Type.Optional(Nullable(SaleStart)),
  hold_seconds: Type.Optional(HoldSeconds),
  max_seats_per_user: Type.Optional(SeatsPerUser),
  series_id: Type.Optional(Nullable(Id)),
  claim_strategy: Type.Optional(ClaimStrategy),
  admission: Type.Optional(AdmissionSettings),
  cancellation_deadline: Type.Optional(Nullable(CancellationDeadline)),
});
export type EventPatch = Static<typeof EventPatch>;

const eventProperties = {
  event_id: Id,
  event_name: EventNameText,
  event_date: DateTime,
  venue_name: VenueNameText,
  total_seats: Type.Integer(),
  available_seats: Type.Integer(),
  status: EventStatus,
  sale_start_time: Nullable(DateTime),
  created_at: DateTime,
  currency: CurrencyText,
  claim_strategy: ClaimStrategy,
  inventory: Inventory,
  capacity: Nullable(Type.Integer()),
  hold_seconds: HoldSeconds,
  max_seats_per_user: SeatsPerUser,
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
    reserved_seat_count: Type.Integer({ description: 'Held, and not being paid for' }),
    booked_seat_count: Type.Integer({ description: 'Being paid for, and sold' }),
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
