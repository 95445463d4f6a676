import { type Static, Type } from 'typebox';
import { DateTime, Id, MoneyInput, Nullable, Strict, UserId, UserText } from './common.ts';
import { SeatType, SeatView } from './seat.ts';

export const SessionId = Nullable(
  Type.String({ maxLength: 100, description: 'The client’s own, shown again', examples: ['tab-1'] }),
);
/** More than any MAX_SEATS_PER_BOOKING; the configured limit itself is checked by the slice. */
export const SEATS_PER_RESERVATION_CEILING = 100;

export const ReservationInput = Strict({
  event_id: Id,
  seat_ids: Type.Array(Id, { minItems: 1, maxItems: SEATS_PER_RESERVATION_CEILING }),
  user_id: UserId,
  session_id: Type.Optional(SessionId),
});
export type ReservationInput = Static<typeof ReservationInput>;

export const ReservationView = Type.Object(
  {
    reservation_id: Id,
    event_id: Id,
    user_id: UserText,
    session_id: SessionId,
    expires_at: DateTime,
    status: Type.String({
      description: 'ACTIVE; CONFIRMED once it is booked; EXPIRED; CANCELLED',
      examples: ['ACTIVE'],
    }),
    created_at: DateTime,
    seats: Type.Array(SeatView),
  },
  { $id: 'Reservation' },
);
export type ReservationView = Static<typeof ReservationView>;

const TotalAmount = Type.Number({ description: 'Of the event’s currency' });

export const ReservationCreated = Type.Object({
  reservations: Type.Array(ReservationView),
  total_amount: TotalAmount,
  expires_at: DateTime,
});
export type ReservationCreated = Static<typeof ReservationCreated>;

export const ReservationQuery = Strict({
  event_id: Type.Optional(Id),
  active_only: Type.Boolean({ default: true, description: 'Without those that are over' }),
});

export const ReservationCancelled = Type.Object({
  success: Type.Boolean(),
  message: Type.String({ examples: ['Reservation cancelled successfully'] }),
});

export const ExtendInput = Strict({
  additional_minutes: Type.Integer({
    minimum: 1,
    maximum: 15,
    default: 5,
    description: 'From now; never past MAX_HOLD_TOTAL_SECONDS, and never shorter than it was',
  }),
});

export const CancelBatchInput = Strict({
  reservation_ids: Type.Array(Id, { minItems: 1, maxItems: 1_000 }),
});

export const BestAvailableInput = Strict({
  party_size: Type.Integer({ minimum: 1, maximum: SEATS_PER_RESERVATION_CEILING }),
  section: Type.Optional(Type.String({ maxLength: 50, examples: ['Floor'] })),
  seat_type: Type.Optional(SeatType),
  max_price: Type.Optional(Type.With(MoneyInput, { description: 'Of each seat' })),
  hold: Type.Optional(
    Type.Boolean({ description: 'Hold what is found (201), as a reservation for each seat' }),
  ),
  user_id: Type.Optional(UserId),
  session_id: Type.Optional(SessionId),
});
export type BestAvailableInput = Static<typeof BestAvailableInput>;

export const BestAvailableSeats = Type.Object({
  seats: Type.Array(SeatView),
  total_amount: TotalAmount,
});
export type BestAvailableSeats = Static<typeof BestAvailableSeats>;
