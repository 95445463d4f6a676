import { type Static, Type } from 'typebox';
import { CurrencyText, DateTime, Id, MoneyText, Nullable, Strict, UserId, UserText } from './common.ts';
import { EventNameText, VenueNameText } from './event.ts';
import { SEATS_PER_RESERVATION_CEILING } from './reservation.ts';
import { SeatView } from './seat.ts';

const Contact = Strict(
  {
    email: Type.String({
      pattern: '^[A-Za-z0-9.!#$%&*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,180}[A-Za-z0-9])?$',
      examples: ['ann@example.com'],
    }),
    language: Type.Optional(Type.Enum(['en', 'ko'])),
  },
  { description: 'Where the tickets are mailed; in the language of the request where none is named' },
);

export const BookingInput = Strict({
  event_id: Id,
  user_id: UserId,
  seat_ids: Type.Array(Id, { minItems: 1, maxItems: SEATS_PER_RESERVATION_CEILING }),
  contact: Type.Optional(Contact),
});
export type BookingInput = Static<typeof BookingInput>;

export const BookingStatus = Type.Enum(['PENDING', 'CONFIRMED', 'CANCELLED', 'FAILED']);

const bookingProperties = {
  booking_id: Id,
  event_id: Id,
  user_id: UserText,
  total_amount: MoneyText,
  status: Type.String({
    description: 'PENDING until it is paid, then CONFIRMED; CANCELLED or FAILED',
    examples: ['PENDING'],
  }),
  payment_status: Type.String({ examples: ['PENDING'] }),
  booking_reference: Type.String({ examples: ['BK-01JD6Z4V9R8Q2M3N4P5S6T7V8W'] }),
  created_at: DateTime,
  confirmed_at: Nullable(DateTime),
  payment_deadline: Type.With(DateTime, {
    description: 'In UTC: when a PENDING booking gives its seats back',
  }),
  currency: CurrencyText,
  seats: Type.Array(SeatView),
};

export const BookingView = Type.Object(bookingProperties, { $id: 'Booking' });
export type BookingView = Static<typeof BookingView>;

export const BookingDetail = Type.Object(
  {
    ...bookingProperties,
    event_name: EventNameText,
    venue_name: VenueNameText,
    event_date: DateTime,
  },
  { $id: 'BookingDetail' },
);
export type BookingDetail = Static<typeof BookingDetail>;

export const BookingQuery = Strict({ status_filter: Type.Optional(BookingStatus) });

export const ConfirmPaymentInput = Strict({
  booking_id: Id,
  payment_id: Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'The means of payment, as the provider knows it; the same again is answered like the first',
    examples: ['pay_123'],
  }),
});

export const CancelBookingInput = Strict({
  reason: Type.Optional(Nullable(Type.String({ maxLength: 500, examples: ['I fell ill'] }))),
});
