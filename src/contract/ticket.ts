import { type Static, Type } from 'typebox';
import { DateTime, Id, Nullable, Strict, UserId, UserText } from './common.ts';
import { EventNameText, VenueNameText } from './event.ts';
import { RowNumber, SeatNumber, SeatTypeText, Section } from './seat.ts';

const TicketNumber = Type.String({
  description: 'Booking, seat and revision in one',
  pattern: '^[1-9]\\d{0,15}-[1-9]\\d{0,15}-[1-9]\\d{0,5}$',
  examples: ['12-345-1'],
});
export const TicketIdParams = Type.Object({ id: TicketNumber });

const SOME_CODE = { examples: ['ONR1.GRVKRVFBRUDJKVIBA7YOXDOYAY.Y7TON5C54KCWMVHQ6TF35DRDXVQPHTONY3QI'] };
const SOME_GATE = { examples: ['Gate 3'] };

export const TicketStatus = Type.Enum(['VALID', 'USED', 'TRANSFERRED', 'REPLACED', 'CANCELLED']);

const ticketProperties = {
  ticket_id: TicketNumber,
  booking_id: Id,
  event_id: Id,
  user_id: Type.With(UserText, { description: 'Who holds it, or held it to its end' }),
  status: TicketStatus,
  seat_id: Id,
  seat_number: SeatNumber,
  section: Section,
  row_number: RowNumber,
  seat_type: SeatTypeText,
  revision: Type.Integer({
    description:
      'From 1; each transfer and each new issue makes the next, and codes of earlier ones let nobody in',
  }),
  issued_at: DateTime,
  changed_at: DateTime,
  received_from: Nullable(UserText),
  transferred_to: Nullable(UserText),
  used_at: Nullable(DateTime),
  gate: Nullable(Type.String({ description: 'Where it was used', ...SOME_GATE })),
};

export const TicketView = Type.Object(ticketProperties, { $id: 'Ticket' });
export type TicketView = Static<typeof TicketView>;

export const TicketDetail = Type.Object(
  {
    ...ticketProperties,
    code: Nullable(
      Type.String({
        description: 'What the QR code says; null when it lets nobody in any more',
        ...SOME_CODE,
      }),
    ),
    event_name: EventNameText,
    venue_name: VenueNameText,
    event_date: DateTime,
    history: Type.Array(
      Type.Object({
        at: DateTime,
        from: Nullable(Type.String({ examples: ['VALID'] })),
        to: Type.String({ examples: ['USED'] }),
        gate: Nullable(Type.String(SOME_GATE)),
      }),
    ),
  },
  { $id: 'TicketDetail' },
);
export type TicketDetail = Static<typeof TicketDetail>;

export const TicketQuery = Strict({ booking_id: Type.Optional(Id), event_id: Type.Optional(Id) });

export const TransferInput = Strict({ to_user_id: UserId });

export const CheckInInput = Strict({
  code: Type.String({ minLength: 1, maxLength: 300, ...SOME_CODE }),
  gate: Type.String({
    minLength: 1,
    maxLength: 50,
    description: 'The place of the scan, as its staff calls it; who scans the code again is told',
    ...SOME_GATE,
  }),
});

/** Why a ticket was refused that was let in before. */
export const EarlierEntry = Type.Object({ used_at: DateTime, gate: Type.String() });
export type EarlierEntry = Static<typeof EarlierEntry>;

const PublicKey = Type.Object({
  kty: Type.String({ examples: ['OKP'] }),
  crv: Type.String({ examples: ['Ed25519'] }),
  x: Type.String({ examples: ['23-a_9Ku3uL237h0pRjvw4LxSJFpSIklVYGiSQKZMA4'] }),
  kid: Type.String({ examples: ['1f2e3d4c'] }),
  use: Type.String({ examples: ['sig'] }),
  alg: Type.String({ examples: ['EdDSA'] }),
});

export const TicketKeys = Type.Object(
  { keys: Type.Array(PublicKey) },
  { description: 'A JSON Web Key Set (RFC 7517)' },
);

export const GateList = Type.Object({
  event_id: Id,
  issued_at: DateTime,
  tickets: Type.Integer({ description: 'Tickets in the list' }),
  keys: Type.Array(PublicKey),
  list: Type.String({
    examples: [
      'eyJhbGciOiJFZERTQSJ9.eyJldmVudCI6NywiYXQiOjE3OTUzODk0NTAsInRpY2tldHMiOltdfQ.NDl2QBe9RWAhafgv',
    ],
    description:
      'A JWS (RFC 7515); its payload is {event, at, tickets}, four numbers a ticket: seat, booking, revision, second of entry or 0',
  }),
});
