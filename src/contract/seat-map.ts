import { type Static, Type } from 'typebox';
import { Id, MoneyText } from './common.ts';

/** One letter a seat in the compact snapshot. */
export const STATUS_LETTERS = { AVAILABLE: 'A', RESERVED: 'R', BOOKED: 'B', BLOCKED: 'X' } as const;

/**
 * The whole map in columns. A run is a stretch of seats of one row that differ only by counting: the k-th seat of run
 * i (k from 0) has the id seat_id[i] + k, the number prefix[i] + (start[i] + k), and lies at x[i] + k * dx[i],
 * y[i] + k * dy[i]. A seat that fits no run is a run of one; start is -1 when prefix is its whole number.
 * `statuses` has one letter per seat in the order of the runs: A, R, B, X.
 */
export const SeatMap = Type.Object(
  {
    event_id: Id,
    epoch: Type.Integer(),
    version: Type.Integer(),
    currency: Type.String(),
    sections: Type.Array(Type.String()),
    zones: Type.Array(Type.Object({ section: Type.Integer(), seat_type: Type.String(), price: MoneyText })),
    runs: Type.Object({
      seat_id: Type.Array(Type.Integer()),
      count: Type.Array(Type.Integer()),
      zone: Type.Array(Type.Integer()),
      row: Type.Array(Type.String()),
      prefix: Type.Array(Type.String()),
      start: Type.Array(Type.Integer()),
      x: Type.Array(Type.Number()),
      y: Type.Array(Type.Number()),
      dx: Type.Array(Type.Number()),
      dy: Type.Array(Type.Number()),
    }),
    statuses: Type.String(),
  },
  { $id: 'SeatMap' },
);
export type SeatMap = Static<typeof SeatMap>;

/** Seats that changed since the map's version before. `from` is that version: apply only on top of it. */
export const PatchFrame = Type.Object({
  type: Type.Literal('patch'),
  epoch: Type.Integer(),
  from: Type.Integer(),
  version: Type.Integer(),
  seats: Type.Array(Type.Tuple([Id, Type.String()])),
});
export type PatchFrame = Static<typeof PatchFrame>;

/** What the client has cannot be brought up to date by patches: take a new snapshot. */
export const ResyncFrame = Type.Object({
  type: Type.Literal('resync'),
  epoch: Type.Integer(),
  version: Type.Integer(),
});
export type ResyncFrame = Static<typeof ResyncFrame>;

export const PresenceFrame = Type.Object({ type: Type.Literal('presence'), watching: Type.Integer() });
export type PresenceFrame = Static<typeof PresenceFrame>;

export type MapFrame = PatchFrame | ResyncFrame | PresenceFrame;

export const MapStreamQuery = Type.Object(
  {
    since: Type.Optional(Type.String({ pattern: '^\\d{1,7}\\.\\d{1,10}$', examples: ['3.120'] })),
    user_id: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    ticket: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  },
  { additionalProperties: false },
);
