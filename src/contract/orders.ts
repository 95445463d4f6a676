import { type Static, Type } from 'typebox';
import { Id, Strict } from './common.ts';

const Instant = Type.String({ description: 'In UTC, with its Z', examples: ['2026-11-21T00:26:28.000Z'] });
const TraceId = Type.String({ examples: ['4bf92f3577b34da6a3ce929d0e0e4736'] });

export const OrdersEvent = Type.Object(
  { id: Id, title: Type.String(), dateTime: Instant, description: Type.String() },
  {
    $id: 'OrdersEvent',
    examples: [
      {
        id: 1,
        title: 'Ultra Concert',
        dateTime: '2027-03-27T10:00:00.000Z',
        description: 'Ultra Hall · 울트라 홀',
      },
    ],
  },
);
export type OrdersEvent = Static<typeof OrdersEvent>;

export const OrdersSeatStatus = Type.Enum(['AVAILABLE', 'HELD', 'SOLD']);

const OrdersSeat = Type.Object({
  id: Id,
  r: Type.Integer({ description: 'Row, from 1' }),
  c: Type.Integer({ description: 'Column, from 1' }),
  price: Type.Number({ description: 'Of the event’s currency' }),
  status: OrdersSeatStatus,
});
export type OrdersSeat = Static<typeof OrdersSeat>;

export const OrdersHall = Type.Object(
  {
    rows: Type.Integer(),
    cols: Type.Integer({ description: 'Of the longest row, where they differ' }),
    seats: Type.Array(OrdersSeat),
  },
  {
    $id: 'OrdersHall',
    examples: [{ rows: 1, cols: 1, seats: [{ id: 11, r: 1, c: 1, price: 51_000, status: 'AVAILABLE' }] }],
  },
);
export type OrdersHall = Static<typeof OrdersHall>;

export const OrdersSeatParams = Type.Object({ eventId: Id, seatId: Id });

export const HoldInput = Strict(
  {
    eventId: Id,
    seatId: Id,
    holdSeconds: Type.Integer({
      default: 60,
      description: 'Taken as 5 when it is less, as 120 when it is more',
    }),
  },
  { examples: [{ eventId: 1, seatId: 11, holdSeconds: 60 }] },
);

export const HoldView = Type.Object(
  { eventId: Id, seatId: Id, holdSeconds: Type.Integer(), expiresAt: Instant, traceId: TraceId },
  {
    examples: [
      {
        eventId: 1,
        seatId: 11,
        holdSeconds: 60,
        expiresAt: '2026-11-21T00:27:28.000Z',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      },
    ],
  },
);

export const HoldExtension = Strict(
  { seconds: Type.Integer({ minimum: 1, maximum: 86_400, default: 30 }) },
  { examples: [{ seconds: 30 }] },
);

export const HoldExtended = Type.Object(
  { expiresAt: Instant },
  { examples: [{ expiresAt: '2026-11-21T00:27:58.000Z' }] },
);

export const SeatConfirmed = Type.Object(
  { eventId: Id, seatId: Id, confirmedAt: Instant, traceId: TraceId },
  {
    examples: [
      {
        eventId: 1,
        seatId: 11,
        confirmedAt: '2026-11-21T00:26:40.000Z',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      },
    ],
  },
);

export const SubmitInput = Strict(
  { eventId: Id, seatIds: Type.Array(Id, { minItems: 1, maxItems: 100 }) },
  { examples: [{ eventId: 1, seatIds: [11, 12] }] },
);

export const SubmittedOrder = Type.Object(
  {
    orderId: Id,
    status: Type.Enum(['CREATED', 'CONFIRMED', 'CANCELLED']),
    eventId: Id,
    seatIds: Type.Array(Id),
    createdAt: Instant,
  },
  {
    $id: 'SubmittedOrder',
    examples: [
      {
        orderId: 1,
        status: 'CREATED',
        eventId: 1,
        seatIds: [11, 12],
        createdAt: '2026-11-21T00:26:30.000Z',
      },
    ],
  },
);
export type SubmittedOrder = Static<typeof SubmittedOrder>;

export const AuthorizeInput = Strict({ orderId: Id }, { examples: [{ orderId: 1 }] });

export const AuthorizeView = Type.Object(
  { orderId: Id, status: Type.Enum(['success', 'fail']), traceId: TraceId },
  { examples: [{ orderId: 1, status: 'success', traceId: '4bf92f3577b34da6a3ce929d0e0e4736' }] },
);

export const TestResetQuery = Strict({ eventId: Id });
export const TestReset = Type.Object(
  { eventId: Id, reset: Type.Boolean() },
  { examples: [{ eventId: 1, reset: true }] },
);

export const ActuatorHealth = Type.Object(
  { status: Type.Enum(['UP', 'DOWN']) },
  { examples: [{ status: 'UP' }] },
);

export const SeatStreamQuery = Strict({
  user_id: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  ticket: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
});

/** For the document: what comes over the stream. */
export const SeatStream = {
  description: 'server-sent events',
  content: {
    'text/event-stream': {
      schema: Type.String({
        examples: [
          'id:8589934592\nevent:INIT\ndata:{"eventId":1,"version":8589934592,"reset":false}\n\nid:8589934593\nevent:SEAT_UPDATE\ndata:{"seatId":11,"status":"HELD","version":8589934593}\n\n',
        ],
      }),
    },
  },
};

/** Messages of the stream, under their name as the event's: first INIT, then one SEAT_UPDATE for each change of a seat. */
export const SeatStreamInit = Type.Object({
  eventId: Id,
  version: Type.Integer({ description: 'Changes after this version follow' }),
  reset: Type.Boolean({
    description: 'What was missed cannot be told one by one: every seat follows as it is now',
  }),
});
export type SeatStreamInit = Static<typeof SeatStreamInit>;

/** `version` only grows; it is the message's id, too. */
export const SeatStreamUpdate = Type.Object({
  seatId: Id,
  status: OrdersSeatStatus,
  version: Type.Integer(),
});
export type SeatStreamUpdate = Static<typeof SeatStreamUpdate>;
