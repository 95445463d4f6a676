import { type Static, Type } from 'typebox';
import { ErrorBody, Id, Nullable, Strict } from './common.ts';

export const SeatStatus = Type.Enum(['AVAILABLE', 'HOLD', 'SOLD']);
export type SeatStatus = Static<typeof SeatStatus>;

export const RushError = Type.With(
  Type.Object({
    ...ErrorBody.properties,
    position: Type.Optional(Type.Integer({ description: 'In the queue, from 1, of who must wait' })),
  }),
  {
    $id: 'RushError',
    examples: [
      {
        code: 'WAIT_IN_LINE',
        message: '현재 대기 인원이 많으니 잠시만 기다려주세요',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        detail: '현재 대기 인원이 많으니 잠시만 기다려주세요',
        position: 12,
      },
    ],
  },
);

const Label = Type.String({ minLength: 1, maxLength: 20, examples: ['A1'] });

/** Whoever keeps the same user_uuid is the same buyer: it is a secret of the client. */
const UserUuid = Type.String({
  minLength: 1,
  maxLength: 128,
  examples: ['9f8e2f3c-7d0a-4a64-8f0f-5f7d2f6f1c11'],
});

export const EventParams = Type.Object({ event_id: Id });

/** In the body, or as a query; one of them must be there. */
export const JoinQuery = Strict({ user_uuid: Type.Optional(UserUuid) });
export const JoinInput = Strict(
  { user_uuid: Type.Optional(UserUuid) },
  { examples: [{ user_uuid: '9f8e2f3c-7d0a-4a64-8f0f-5f7d2f6f1c11' }] },
);

export const JoinView = Type.Object(
  { token: Type.String() },
  { examples: [{ token: '3:0b1f3c0e-2a61-4f0e-9d8e-6e0c6d1f7a55' }] },
);

export const TokenQuery = Strict({
  token: Type.String({ minLength: 1, maxLength: 128, examples: ['3:0b1f3c0e-2a61-4f0e-9d8e-6e0c6d1f7a55'] }),
});

export const SeatList = Type.Object(
  {
    seat_list: Type.Array(Type.Object({ seat_id: Id, seat_label: Type.String(), status: SeatStatus })),
    my_paid_label: Nullable(Type.String()),
  },
  {
    $id: 'RushSeats',
    examples: [{ seat_list: [{ seat_id: 1, seat_label: 'A1', status: 'AVAILABLE' }], my_paid_label: null }],
  },
);
export type SeatList = Static<typeof SeatList>;

export const RushHoldInput = Strict(
  {
    seat_id: Id,
    seat_label: Label,
    /** Of the seat, as the client last saw it. */
    status: Type.Optional(Nullable(Type.String({ maxLength: 20 }))),
    prev_seat_id: Type.Optional(Nullable(Id)),
    prev_seat_label: Type.Optional(Nullable(Type.String({ maxLength: 20 }))),
  },
  {
    examples: [{ seat_id: 2, seat_label: 'A2', status: 'AVAILABLE', prev_seat_id: 1, prev_seat_label: 'A1' }],
  },
);

export const RushHoldView = Type.Object(
  { seat_id: Id, seat_label: Type.String(), seat_status: SeatStatus },
  { examples: [{ seat_id: 2, seat_label: 'A2', seat_status: 'HOLD' }] },
);

/** A client without a seat says null: there is nothing that it could pay. */
export const PayInput = Strict(
  { seat_id: Nullable(Id), seat_label: Nullable(Label) },
  { examples: [{ seat_id: 2, seat_label: 'A2' }] },
);

export const PayView = Type.Object({ message: Type.String() }, { examples: [{ message: '결제완료' }] });

export const LeaveInput = Strict(
  { seat_label: Type.Optional(Nullable(Type.String({ maxLength: 20 }))) },
  { examples: [{ seat_label: 'A2' }] },
);

export const LeaveView = Type.Object({ ok: Type.Boolean() }, { examples: [{ ok: true }] });

export const LedgerPing = Type.Object({ ping: Type.Boolean() }, { examples: [{ ping: true }] });
export const RedisPing = Type.Object({ ping: Type.String() }, { examples: [{ ping: 'pong' }] });

export const SocketQuery = Strict({
  token: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  user_id: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  ticket: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
});

/** Seats that are different now; everything that happened together is in one frame. */
export const SeatUpdateFrame = Type.Object({
  type: Type.Literal('seat_update'),
  payload: Type.Array(Type.Object({ seat_id: Id, seat_status: SeatStatus })),
});
export type SeatUpdateFrame = Static<typeof SeatUpdateFrame>;
