import { type Static, Type } from 'typebox';
import { DateTime, Id, MoneyInput, MoneyText, Nullable, Strict } from './common.ts';

export const SEAT_TYPES = ['REGULAR', 'VIP', 'PREMIUM'] as const;
export const SeatType = Type.Enum([...SEAT_TYPES]);
export type SeatType = (typeof SEAT_TYPES)[number];

/** What v1 calls the states of a seat. A seat being paid for shows as BOOKED: its booking is PENDING. */
export const SEAT_STATUSES = ['AVAILABLE', 'RESERVED', 'BOOKED', 'BLOCKED'] as const;
export const SeatStatus = Type.Enum([...SEAT_STATUSES]);
export type SeatStatus = (typeof SEAT_STATUSES)[number];
const SeatStatusText = Type.String({ examples: ['AVAILABLE'] });

/** As they are shown of a seat. */
export const SeatNumber = Type.String({ examples: ['A1'] });
export const Section = Nullable(Type.String({ examples: ['Floor'] }));
export const RowNumber = Nullable(Type.String({ examples: ['A'] }));
export const SeatTypeText = Type.String({ examples: ['REGULAR'] });

const ON_THE_MAP = { description: 'On the map, in a unit of the organiser’s own' };
const Coordinate = Type.Number({ minimum: -1_000_000, maximum: 1_000_000, ...ON_THE_MAP });

export const SEATS_PER_CALL = 50_000;

export const SeatInput = Strict({
  seat_number: Type.String({ minLength: 1, maxLength: 20, examples: ['A1'] }),
  section: Type.Optional(Nullable(Type.String({ maxLength: 50, examples: ['Floor'] }))),
  row_number: Type.Optional(Nullable(Type.String({ maxLength: 10, examples: ['A'] }))),
  seat_type: Type.Optional(SeatType),
  price: MoneyInput,
  x: Type.Optional(Coordinate),
  y: Type.Optional(Coordinate),
  status: Type.Optional(Type.Enum(['AVAILABLE', 'BLOCKED'])),
});
export type SeatInput = Static<typeof SeatInput>;
export const SeatInputs = Type.Array(SeatInput, { minItems: 1, maxItems: SEATS_PER_CALL });

export const SeatView = Type.Object(
  {
    seat_id: Id,
    event_id: Id,
    seat_number: SeatNumber,
    section: Section,
    row_number: RowNumber,
    seat_type: SeatTypeText,
    price: MoneyText,
    status: SeatStatusText,
    reserved_until: Nullable(Type.With(DateTime, { description: 'In UTC; null unless somebody holds it' })),
    created_at: DateTime,
    x: Nullable(Type.Number(ON_THE_MAP)),
    y: Nullable(Type.Number(ON_THE_MAP)),
  },
  { $id: 'Seat' },
);
export type SeatView = Static<typeof SeatView>;

export const SeatAvailability = Type.Object(
  {
    seat_id: Id,
    seat_number: SeatNumber,
    section: Section,
    seat_type: SeatTypeText,
    price: MoneyText,
    is_available: Type.Boolean(),
    status: SeatStatusText,
  },
  { $id: 'SeatAvailability' },
);
export type SeatAvailability = Static<typeof SeatAvailability>;

export const SeatIds = Type.Array(Id, { minItems: 1, maxItems: 1_000 });

export const SeatIdsInput = Strict({ seat_ids: SeatIds });

export const AvailabilityCheck = Type.Object({
  all_available: Type.Boolean({ description: 'Whether all that were asked for are free' }),
  seats: Type.Record(
    Type.String(),
    Type.Object({
      seat_number: Nullable(SeatNumber),
      status: Type.String(),
      is_available: Type.Boolean(),
    }),
    {
      description: 'By the seat’s id',
      examples: [{ 11: { seat_number: 'A1', status: 'AVAILABLE', is_available: true } }],
    },
  ),
});

export const SeatHistoryEntry = Type.Object({
  at: DateTime,
  from: Type.String({ examples: ['AVAILABLE'] }),
  to: Type.String({ examples: ['HELD'] }),
  cause: Type.String({ description: 'What moved it', examples: ['hold'] }),
  fence: Type.Integer({ description: 'Grows with each change of the seat' }),
  reservation_id: Nullable(Id),
  actor: Nullable(
    Type.String({ description: 'Who did it; null for what came by itself', examples: ['user123'] }),
  ),
});
export type SeatHistoryEntry = Static<typeof SeatHistoryEntry>;
