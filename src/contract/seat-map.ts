import { type Static, type TSchema, Type } from 'typebox';
import { CurrencyText, Id, MoneyText } from './common.ts';

/** One letter a seat in the compact snapshot. */
export const STATUS_LETTERS = { AVAILABLE: 'A', RESERVED: 'R', BOOKED: 'B', BLOCKED: 'X' } as const;

const Epoch = Type.Integer({ description: 'Versions compare within one; a new one needs a new snapshot' });
const Version = Type.Integer({ description: 'Grows by what changes' });

/** What one of the columns of the runs has for each run. */
const column = <T extends TSchema>(each: T, description: string) => Type.Array(each, { description });

const Runs = Type.Object(
  {
    seat_id: column(Type.Integer(), 'Of the first seat; the others count on'),
    count: column(Type.Integer(), 'Seats in the run'),
    zone: column(Type.Integer(), 'Index in `zones`'),
    row: column(Type.String(), 'The row'),
    prefix: column(Type.String(), 'What the number begins with, before `start` + k'),
    start: column(Type.Integer(), 'What the number counts from; -1 when `prefix` is all of it'),
    x: column(Type.Number(), 'Where the first seat lies'),
    y: column(Type.Number(), 'Where the first seat lies'),
    dx: column(Type.Number(), 'From a seat to the next'),
    dy: column(Type.Number(), 'From a seat to the next'),
  },
  {
    description:
      'A run is a stretch of seats of one row that differ only by counting; its k-th seat, from 0, has the id seat_id + k, the number prefix followed by start + k, and lies at x + k · dx, y + k · dy. A seat that fits no run is a run of one',
  },
);

export const SeatMap = Type.Object(
  {
    event_id: Id,
    epoch: Epoch,
    version: Version,
    currency: CurrencyText,
    sections: Type.Array(Type.String()),
    zones: Type.Array(
      Type.Object({
        section: Type.Integer({ description: 'Index in `sections`' }),
        seat_type: Type.String(),
        price: MoneyText,
      }),
    ),
    runs: Runs,
    statuses: Type.String({
      description:
        'A letter a seat, in the order of the runs: A free, R held, B bought or being paid for, X blocked',
    }),
  },
  {
    $id: 'SeatMap',
    description: 'The whole map in columns',
    examples: [
      {
        event_id: 7,
        epoch: 7,
        version: 4,
        currency: 'KRW',
        sections: ['Floor'],
        zones: [{ section: 0, seat_type: 'REGULAR', price: '50000.00' }],
        runs: {
          seat_id: [10901],
          count: [4],
          zone: [0],
          row: ['A'],
          prefix: ['A'],
          start: [1],
          x: [0],
          y: [0],
          dx: [1],
          dy: [0],
        },
        statuses: 'BBXA',
      },
    ],
  },
);
export type SeatMap = Static<typeof SeatMap>;

export const PatchFrame = Type.Object({
  type: Type.Literal('patch'),
  epoch: Epoch,
  from: Type.Integer({ description: 'To be applied on top of this version only' }),
  version: Version,
  seats: Type.Array(Type.Tuple([Id, Type.String()]), { description: 'Each as its id and its letter' }),
});
export type PatchFrame = Static<typeof PatchFrame>;

/** What the client has cannot be brought up to date by patches: take a new snapshot. */
export const ResyncFrame = Type.Object({
  type: Type.Literal('resync'),
  epoch: Epoch,
  version: Version,
});
export type ResyncFrame = Static<typeof ResyncFrame>;

export const PresenceFrame = Type.Object({ type: Type.Literal('presence'), watching: Type.Integer() });
export type PresenceFrame = Static<typeof PresenceFrame>;

export type MapFrame = PatchFrame | ResyncFrame | PresenceFrame;

export const MapStreamQuery = Type.Object(
  {
    since: Type.Optional(
      Type.String({
        pattern: '^\\d{1,7}\\.\\d{1,10}$',
        description: 'Epoch and version of the map that the client has',
        examples: ['3.120'],
      }),
    ),
    user_id: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    ticket: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  },
  { additionalProperties: false },
);
