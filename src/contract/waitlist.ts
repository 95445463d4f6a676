import { type Static, Type } from 'typebox';
import { DateTime, Id, MoneyInput, MoneyText, Nullable, Strict, UserId, UserText } from './common.ts';
import { SEATS_PER_RESERVATION_CEILING, SessionId } from './reservation.ts';
import { SeatType, SeatTypeText, Section } from './seat.ts';

export const WaitlistInput = Strict(
  {
    party_size: Type.Optional(
      Type.Integer({ minimum: 1, maximum: SEATS_PER_RESERVATION_CEILING, default: 1 }),
    ),
    section: Type.Optional(Type.String({ maxLength: 50 })),
    seat_type: Type.Optional(SeatType),
    max_price: Type.Optional(Type.With(MoneyInput, { description: 'Of each seat' })),
    user_id: Type.Optional(UserId),
    session_id: Type.Optional(SessionId),
  },
  { examples: [{ party_size: 2, section: 'Floor', max_price: '120.00' }] },
);
export type WaitlistInput = Static<typeof WaitlistInput>;

export const WaitlistStatus = Type.Enum([
  'WAITING',
  'OFFERED',
  'ACCEPTED',
  'PROMOTED',
  'DECLINED',
  'LAPSED',
  'LEFT',
  'REFUSED',
]);

const Offer = Type.Object({
  reservation_ids: Type.Array(Id, {
    description: 'Reservations like any other, to be booked before `expires_at`',
    examples: [[81, 82]],
  }),
  seat_ids: Type.Array(Id, { examples: [[11, 12]] }),
  offered_at: DateTime,
  answer_by: Nullable(
    Type.With(DateTime, { description: 'In UTC; null when the seats are the party’s without an answer' }),
  ),
  expires_at: DateTime,
});

/** A party's place in the line of an event. */
export const WaitlistView = Type.Object(
  {
    event_id: Id,
    user_id: UserText,
    status: WaitlistStatus,
    position: Nullable(Type.Integer({ description: '1 is next; null for who does not wait', examples: [1] })),
    party_size: Type.Integer({ examples: [2] }),
    section: Section,
    seat_type: Nullable(SeatTypeText),
    max_price: Nullable(Type.With(MoneyText, { description: 'Of each seat' })),
    joined_at: DateTime,
    offer: Type.Unsafe<Static<typeof Offer> | null>({ ...Offer, type: ['object', 'null'] }),
    reason: Nullable(
      Type.String({
        description: 'Why the party was refused: the code of a refusal',
        examples: ['SEAT_LIMIT_REACHED'],
      }),
    ),
    ended_at: Nullable(DateTime),
  },
  { $id: 'WaitlistEntry' },
);
export type WaitlistView = Static<typeof WaitlistView>;

export const WaitlistQuery = Strict({
  after: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 0,
      description: 'Entries behind this place',
    }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 })),
  all: Type.Optional(Type.Boolean({ default: false, description: 'Ended entries, too' })),
});

/** The line as its organiser sees it. */
export const WaitlistPage = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        place: Type.Integer({ examples: [7] }),
        ...WaitlistView.properties,
      }),
    ),
    waiting: Type.Integer({ examples: [12] }),
    offered: Type.Integer({ examples: [1] }),
    next_after: Nullable(Type.Integer({ description: '`after` for the next page; null at the end' })),
  },
  { $id: 'WaitlistPage' },
);
export type WaitlistPage = Static<typeof WaitlistPage>;

export const WaitlistServed = Type.Object({
  served: Type.Array(WaitlistView),
  count: Type.Integer({ examples: [1] }),
});

export const WaitlistStreamQuery = Strict({
  user_id: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  ticket: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
});

/** What the streams of a line send. */
export const WaitlistFrame = Type.Object({
  type: Type.Literal('waitlist_update'),
  data: WaitlistView,
  timestamp: DateTime,
});
