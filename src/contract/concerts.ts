import { type Static, Type } from 'typebox';
import { DateTime, DateTimeInput, ErrorBody, Id, Nullable, Strict } from './common.ts';
import { HALL_LIMIT } from './event.ts';

/** The concerts edition: numbers name users, concerts (series), options (events of a series) and seats. */
const Name = (maxLength = 255) => Type.String({ minLength: 1, maxLength, pattern: '\\S' });
const Tier = Type.Enum(['BASIC', 'VIP']);
const Mark = Nullable(Type.String({ minLength: 1, maxLength: 200 }));
const Detail = Type.Optional(Nullable(Type.String({ maxLength: 500 })));

/** Seed 004's clients read the status and its name, the message and the path. */
export const ConcertsError = Type.With(
  Type.Object({
    ...ErrorBody.properties,
    status: Type.Integer({ description: 'The HTTP status' }),
    error: Type.String({ description: 'Its name' }),
    errorCode: Type.String({ description: 'The same as `code`' }),
    path: Type.String({ description: 'What was asked' }),
  }),
  {
    $id: 'ConcertsError',
    examples: [
      {
        code: 'SERIES_NOT_FOUND',
        message: 'Concert not found',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        detail: 'Concert not found',
        status: 404,
        error: 'Not Found',
        errorCode: 'SERIES_NOT_FOUND',
        path: '/api/concerts/999/options',
      },
    ],
  },
);

export const UserInput = Strict(
  { username: Name(100), tier: Type.Optional(Tier) },
  { examples: [{ username: 'minji', tier: 'VIP' }] },
);
export const UserView = Type.Object(
  { id: Id, username: Type.String(), tier: Type.String() },
  { examples: [{ id: 7, username: 'minji', tier: 'VIP' }] },
);
export type UserView = Static<typeof UserView>;

export const ConcertView = Type.Object({
  id: Id,
  title: Type.String(),
  artistName: Type.String(),
  agencyName: Nullable(Type.String()),
});
export type ConcertView = Static<typeof ConcertView>;
export const ConcertList = Type.Array(ConcertView, {
  examples: [[{ id: 4, title: 'Winter Concert', artistName: 'Onrush', agencyName: 'House' }]],
});

export const OptionView = Type.Object({ id: Id, concertDate: DateTime });
export type OptionView = Static<typeof OptionView>;
export const OptionList = Type.Array(OptionView, {
  examples: [[{ id: 7, concertDate: '2027-03-01T18:00:00' }]],
});
export const OptionParams = Type.Object({ optionId: Id });

/** The order of the keys is part of the contract: clients read them with regular expressions. */
export const ConcertSeat = Type.Object({ id: Id, seatNumber: Type.String(), status: Type.String() });
export type ConcertSeat = Static<typeof ConcertSeat>;
export const ConcertSeats = Type.Array(ConcertSeat, {
  examples: [[{ id: 31, seatNumber: 'A-1', status: 'AVAILABLE' }]],
});

const Rows = Type.Integer({ minimum: 1, maximum: 1_000 });
export const SetupInput = Strict(
  {
    title: Name(),
    artistName: Name(),
    // One of the two.
    agencyName: Type.Optional(Name()),
    entertainmentName: Type.Optional(Name()),
    concertDate: DateTimeInput,
    seatCount: Type.Integer({ minimum: 1, maximum: HALL_LIMIT }),
    optionCount: Type.Optional(Type.Integer({ minimum: 1, maximum: 31 })),
    seatLayout: Type.Optional(Strict({ seatsPerRow: Rows })),
    // Seed 004's clients tell more than anybody here asks for.
    artistDisplayName: Detail,
    artistGenre: Detail,
    artistDebutDate: Detail,
    agencyCountryCode: Detail,
    agencyHomepageUrl: Detail,
    entertainmentCountryCode: Detail,
    entertainmentHomepageUrl: Detail,
    promoterName: Detail,
    promoterCountryCode: Detail,
    promoterHomepageUrl: Detail,
    venueName: Type.Optional(Nullable(Type.String({ maxLength: 255 }))),
    venueCity: Detail,
    venueCountryCode: Detail,
    venueAddress: Detail,
    youtubeVideoUrl: Detail,
  },
  {
    examples: [
      {
        title: 'Winter Concert',
        artistName: 'Onrush',
        agencyName: 'House',
        concertDate: '2027-03-01T18:00:00',
        seatCount: 50,
      },
    ],
  },
);
export type SetupInput = Static<typeof SetupInput>;

export const SalesPolicyInput = Strict(
  {
    presaleStartAt: Type.Optional(Nullable(DateTimeInput)),
    presaleEndAt: Type.Optional(Nullable(DateTimeInput)),
    presaleMinimumTier: Type.Optional(
      Type.Unsafe<'BASIC' | 'VIP' | null>({ type: ['string', 'null'], enum: ['BASIC', 'VIP', null] }),
    ),
    generalSaleStartAt: Type.Optional(Nullable(DateTimeInput)),
    maxReservationsPerUser: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 1_000 }))),
  },
  {
    minProperties: 1,
    examples: [
      {
        presaleStartAt: '2027-01-01T00:00:00',
        presaleEndAt: '2027-01-02T00:00:00',
        presaleMinimumTier: 'VIP',
        generalSaleStartAt: '2027-01-03T00:00:00',
        maxReservationsPerUser: 2,
      },
    ],
  },
);
export type SalesPolicyInput = Static<typeof SalesPolicyInput>;
export const SalesPolicyView = Type.Object({
  concertId: Id,
  presaleStartAt: Nullable(DateTime),
  presaleEndAt: Nullable(DateTime),
  presaleMinimumTier: Type.String({ examples: ['VIP'] }),
  generalSaleStartAt: Nullable(DateTime),
  maxReservationsPerUser: Nullable(Type.Integer({ examples: [2] })),
});
export type SalesPolicyView = Static<typeof SalesPolicyView>;

/** A user of this edition is a number; whoever bought through another face may be named by text. */
const AnyUser = Type.Union([Type.Integer(), Type.String()], { examples: [7] });

const reservation = { userId: Id, seatId: Id };
export const SeatReservationInput = Strict(reservation, { examples: [{ userId: 7, seatId: 31 }] });
export const SeatReservationView = Type.Object(
  { id: Id, userId: AnyUser, seatId: Id, reservationTime: DateTime },
  { examples: [{ id: 12, userId: 7, seatId: 31, reservationTime: '2026-11-21T00:26:28' }] },
);
export type SeatReservationView = Static<typeof SeatReservationView>;
export const UserParams = Type.Object({ userId: Id });

export const EnqueuedView = Type.Object(
  { message: Type.String(), strategy: Type.String() },
  { examples: [{ message: 'Reservation request enqueued', strategy: 'OPTIMISTIC' }] },
);
const Ticket = Type.Optional(Type.String({ minLength: 1, maxLength: 200 }));
export const UserSeatQuery = Strict(reservation);
export const UserSeatStream = Strict({ ...reservation, ticket: Ticket });
export const RequestStatusView = Type.Object(
  { status: Type.String() },
  { examples: [{ status: 'SUCCESS' }] },
);

export const HoldInput = Strict(
  { ...reservation, requestFingerprint: Type.Optional(Mark), deviceFingerprint: Type.Optional(Mark) },
  { examples: [{ userId: 7, seatId: 31, requestFingerprint: 'r-1', deviceFingerprint: 'd-1' }] },
);
const PaymentMethod = Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 100 })));
export const MoveInput = Strict({ userId: Type.Optional(Id) }, { examples: [{ userId: 7 }] });
export const PayInput = Strict(
  { userId: Type.Optional(Id), paymentMethod: PaymentMethod },
  { examples: [{ userId: 7, paymentMethod: 'CARD' }] },
);
export const LifecycleQuery = Strict({ userId: Type.Optional(Id) });
export const LifecycleView = Type.Object(
  {
    id: Id,
    userId: AnyUser,
    seatId: Id,
    status: Type.String(),
    reservedAt: DateTime,
    holdExpiresAt: DateTime,
    confirmedAt: Nullable(DateTime),
    expiredAt: Nullable(DateTime),
    cancelledAt: Nullable(DateTime),
    refundedAt: Nullable(DateTime),
    paymentMethod: Nullable(Type.String()),
    resaleActivatedUserIds: Type.Array(AnyUser),
  },
  {
    examples: [
      {
        id: 12,
        userId: 7,
        seatId: 31,
        status: 'CANCELLED',
        reservedAt: '2026-11-21T00:26:28',
        holdExpiresAt: '2026-11-21T00:31:28',
        confirmedAt: '2026-11-21T00:27:01',
        expiredAt: null,
        cancelledAt: '2026-11-21T01:00:00',
        refundedAt: null,
        paymentMethod: null,
        resaleActivatedUserIds: [9],
      },
    ],
  },
);
export type LifecycleView = Static<typeof LifecycleView>;

export const AuditQuery = Strict({
  action: Type.Optional(Type.Enum(['HOLD_CREATE'])),
  result: Type.Optional(Type.Enum(['BLOCKED'])),
  reason: Type.Optional(
    Type.Enum(['RATE_LIMIT_EXCEEDED', 'DUPLICATE_REQUEST_FINGERPRINT', 'DEVICE_FINGERPRINT_MULTI_ACCOUNT']),
  ),
  userId: Type.Optional(Id),
  concertId: Type.Optional(Id),
  fromAt: Type.Optional(DateTimeInput),
  toAt: Type.Optional(DateTimeInput),
  limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
});
export type AuditQuery = Static<typeof AuditQuery>;
export const AuditView = Type.Object({
  id: Type.String({ examples: ['01JD6Z4V9R8Q2M3N4P5S6T7V8W'] }),
  action: Type.String({ examples: ['HOLD_CREATE'] }),
  result: Type.String({ examples: ['BLOCKED'] }),
  reason: Type.String({ examples: ['RATE_LIMIT_EXCEEDED'] }),
  userId: AnyUser,
  concertId: Nullable(Id),
  optionId: Id,
  seatId: Id,
  requestFingerprint: Nullable(Type.String({ examples: ['r-1'] })),
  deviceFingerprint: Nullable(Type.String({ examples: ['d-1'] })),
  occurredAt: DateTime,
});
export type AuditView = Static<typeof AuditView>;

const line = { userId: Id, concertId: Id };
export const LineInput = Strict(line, { examples: [{ userId: 7, concertId: 4 }] });
export const LineQuery = Strict(line);
export const LineStream = Strict({ ...line, ticket: Ticket });
export const LineView = Type.Object(
  { userId: Id, concertId: Id, status: Type.String(), rank: Type.Integer() },
  { examples: [{ userId: 7, concertId: 4, status: 'WAITING', rank: 1 }] },
);
export type LineView = Static<typeof LineView>;

const LineFrame = Type.Object({
  userId: Id,
  concertId: Id,
  status: Type.Enum(['WAITING', 'ACTIVE', 'REJECTED', 'NONE']),
  rank: Type.Integer(),
  activeTtlSeconds: Type.Integer(),
  timestamp: Type.String({ examples: ['2026-11-21T00:26:28.123Z'] }),
});
export type LineFrame = Static<typeof LineFrame>;

/** What the streams of this edition send, by the name of the event. */
export const CONCERT_FRAMES = {
  INIT: LineFrame,
  RANK_UPDATE: LineFrame,
  ACTIVE: LineFrame,
  KEEPALIVE: Type.Object({ timestamp: Type.String() }),
  /** Of a request's stream. */
  REQUEST_INIT: Type.Object(reservation),
  RESERVATION_STATUS: Type.String({ examples: ['SUCCESS'] }),
};
