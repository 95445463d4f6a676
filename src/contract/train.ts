import { type Static, Type } from 'typebox';
import { Strict } from './common.ts';

const USER = { examples: ['user_123'] };
const LONGEST_USER_ID = 128;
const UserText = Type.String(USER);
const Position = Type.Integer({ minimum: 1, examples: [1], description: 'Of who waits: 1 is next' });

/** Without a name the server makes one; a number is taken as its text. */
export const TrainInput = Strict(
  {
    user_id: Type.Optional(
      Type.Union(
        [
          Type.String({ maxLength: LONGEST_USER_ID }),
          Type.Number({ minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
          Type.Null(),
        ],
        USER,
      ),
    ),
  },
  { examples: [{ user_id: 'user_123' }, {}] },
);

export const TrainParams = Type.Object({
  user_id: Type.String({ minLength: 1, maxLength: LONGEST_USER_ID, ...USER }),
});

/** What a request for a seat came to. */
export const TrainReserved = Type.Object(
  {
    status: Type.Enum(['reserved', 'queued', 'already_reserved', 'already_in_queue']),
    user_id: UserText,
    position: Type.Optional(Position),
  },
  { $id: 'TrainReserved', examples: [{ status: 'queued', user_id: 'user_123', position: 1 }] },
);
export type TrainReserved = Static<typeof TrainReserved>;

export const TrainStatus = Type.Object(
  {
    status: Type.Enum(['reserved', 'in_queue', 'not_found']),
    user_id: UserText,
    position: Type.Optional(Position),
    accept_by: Type.Optional(
      Type.String({
        description:
          'In UTC: a seat is kept for him until then, and `POST /reserve` takes it. Only with WAITLIST_OFFER_SECONDS',
        examples: ['2026-11-21T00:26:28'],
      }),
    ),
  },
  { $id: 'TrainStatus', examples: [{ status: 'in_queue', user_id: 'user_123', position: 1 }] },
);
export type TrainStatus = Static<typeof TrainStatus>;

export const TrainProcessed = Type.Object(
  {
    status: Type.Literal('queue_processed'),
    promoted_users: Type.Array(UserText),
    promoted_count: Type.Integer({ examples: [1] }),
  },
  {
    $id: 'TrainProcessed',
    examples: [{ status: 'queue_processed', promoted_users: ['user_123'], promoted_count: 1 }],
  },
);

export const TrainReset = Type.Object(
  { status: Type.Literal('reset_done') },
  { $id: 'TrainReset', examples: [{ status: 'reset_done' }] },
);

export const TrainCancelled = Type.Object(
  {
    status: Type.Enum(['cancelled', 'not_found']),
    user_id: UserText,
    promoted_users: Type.Optional(Type.Array(UserText, { description: 'Who has the seat now' })),
  },
  {
    $id: 'TrainCancelled',
    examples: [{ status: 'cancelled', user_id: 'user_123', promoted_users: ['user_456'] }],
  },
);

export const TrainStreamQuery = Strict({
  user_id: Type.Optional(Type.String({ minLength: 1, maxLength: LONGEST_USER_ID })),
  ticket: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
});

/** How a passenger stands, at first and whenever it has changed. */
export const TrainFrame = Type.Object({ type: Type.Literal('position'), ...TrainStatus.properties });
