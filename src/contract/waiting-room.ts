import { type Static, Type } from 'typebox';
import { DateTime, Id, Nullable, Strict } from './common.ts';
import { DRAW_ALGORITHM } from './draw.ts';
import { RoomSettings } from './event.ts';

const Lane = Type.Enum(['high', 'normal', 'low']);
const LaneText = Type.String({ examples: ['normal'] });
const SOME_TOKEN = {
  examples: ['eyJhbGciOiJIUzI1NiJ9.eyJldmVudCI6N30.kjctweSq84XWD5TjFu_LUONYaVGIiR0YdQaCCz7vMnU'],
};
const Token = Type.String({ minLength: 1, maxLength: 2_048, ...SOME_TOKEN });
const Sentence = Type.String({ minLength: 1, maxLength: 500 });

const SOME_HASH = { examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'] };
const SOME_BEACON = { examples: ['6a8f3d1c9be24a07'] };

const Eta = Type.Unsafe<{ low: number; high: number } | null>({
  type: ['object', 'null'],
  properties: { low: { type: 'integer' }, high: { type: 'integer' } },
  required: ['low', 'high'],
  description: 'Until the turn comes, between these; null where nobody can tell',
  examples: [{ low: 40, high: 65 }],
});

const Message = Type.Unsafe<{ ko: string; en: string } | null>({
  type: ['object', 'null'],
  properties: { ko: { type: 'string' }, en: { type: 'string' } },
  required: ['ko', 'en'],
  description: 'What the organiser says to everybody; null: nothing',
  examples: [{ ko: '곧 다시 시작합니다', en: 'We go on shortly' }],
});

const Place = Nullable(Type.Integer({ description: 'In the lane, from 1; null before the draw' }));
const Ahead = Nullable(Type.Integer({ description: 'Who comes before, at most; it never grows' }));
const Serving = Type.Integer({ description: 'Places of the lane up to here have had their turn' });
const PollAfter = Type.Integer({ description: 'Milliseconds to wait before asking again' });

export const StandingStatus = Type.Enum(['BEFORE_OPENING', 'WAITING', 'READY', 'ACTIVE']);

export const StandingView = Type.Object(
  {
    status: StandingStatus,
    lane: Lane,
    place: Place,
    ahead: Ahead,
    eta_seconds: Eta,
    serving: Serving,
    poll_after_ms: PollAfter,
    receipt: Type.String({
      description: 'Signed: to be sent with `join` again if the house ever lost the place',
      ...SOME_TOKEN,
    }),
    opens_at: Nullable(DateTime),
    message: Message,
    entry_token: Type.Optional(
      Type.String({ description: 'While READY: to be exchanged for a session with `enter`', ...SOME_TOKEN }),
    ),
    session: Type.Optional(
      Type.String({ description: 'While ACTIVE: what `enter` answered', ...SOME_TOKEN }),
    ),
    expires_at: Type.Optional(
      Type.With(DateTime, { description: 'In UTC: the end of the entry token or of the session' }),
    ),
  },
  { $id: 'Standing' },
);
export type StandingView = Static<typeof StandingView>;

export const JoinInput = Strict({ receipt: Type.Optional(Token) });
export const EnterInput = Strict({ entry_token: Token });

export const SessionView = Type.Object({
  session: Type.String({
    description: 'To be sent as X-Sale-Session with every request of the sale',
    ...SOME_TOKEN,
  }),
  expires_at: DateTime,
});
export type SessionView = Static<typeof SessionView>;

export const PhaseName = Type.Enum(['before', 'opening', 'open', 'paused', 'drained', 'closed']);

const PerLane = <T extends ReturnType<typeof Type.Integer> | ReturnType<typeof Type.Object>>(each: T) =>
  Type.Object({ high: each, normal: each, low: each });

/** A room as everybody may see it. */
export const RoomSummary = Type.Object(
  {
    phase: PhaseName,
    serving: Type.Integer({ description: 'Of the normal lane' }),
    serving_by_lane: PerLane(Type.Integer()),
    waiting: Type.Integer(),
    opens_at: Nullable(DateTime),
    message: Message,
    poll_after_ms: PollAfter,
  },
  { $id: 'WaitingRoom' },
);
export type RoomSummary = Static<typeof RoomSummary>;

/** What could stand in a header, too. */
const UserName = Type.String({ maxLength: 128, pattern: '^[^\\u0000-\\u001f\\u007f]*$', examples: ['ann'] });

/** `user_id`: what the page suggests as the name of somebody it does not know. */
export const RoomPageQuery = Strict({ user_id: Type.Optional(UserName) });

/** What the page of a room sends, which works without script. `user_id` where names are believed. */
export const RoomPageForm = Strict({
  act: Type.Enum(['join', 'enter']),
  user_id: Type.Optional(UserName),
  entry_token: Type.Optional(Token),
});

export const OpenInput = Strict({
  beacon: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      description: 'The value of the beacon that was announced; opening waits for it',
      ...SOME_BEACON,
    }),
  ),
});

export const RoomState = Type.Object({
  phase: PhaseName,
  message: Message,
  mode: Type.String({ examples: ['waiting_room'] }),
  ...RoomSettings.properties,
});
export type RoomState = Static<typeof RoomState>;

export const BroadcastInput = Strict(
  { message: Nullable(Strict({ ko: Sentence, en: Sentence })) },
  { examples: [{ message: { ko: '곧 다시 시작합니다', en: 'We go on shortly' } }] },
);
export const RevokeInput = Strict({
  user_id: Type.String({ minLength: 1, maxLength: 128, examples: ['user123'] }),
});

const LaneStats = Type.Object({
  waiting: Type.Integer(),
  ready: Type.Integer(),
  active: Type.Integer(),
  admitted_per_minute: Type.Integer(),
  left: Type.Integer({ description: 'Who gave the place up' }),
  no_shows: Type.Integer({ description: 'Who was called and did not come' }),
  oldest_wait_seconds: Nullable(Type.Integer()),
});

export const RoomStats = Type.Object({
  phase: PhaseName,
  lanes: PerLane(LaneStats),
  limits: Type.Object({
    rate_per_second: Type.Number(),
    burst: Type.Integer(),
    active_max: Type.Integer(),
    queue_max: Type.Integer(),
    inventory_aware: Type.Boolean(),
  }),
  binds: Type.Enum(['rate', 'active_max', 'inventory', 'health', 'nobody'], {
    description: 'Which limit lets in no more; nobody: all have come in who could',
  }),
});
export type RoomStats = Static<typeof RoomStats>;

export const ProofView = Type.Object({
  event_id: Id,
  algorithm: Type.String({
    description: 'Described in docs/adr/0010-verifiable-draw.md',
    examples: [DRAW_ALGORITHM],
  }),
  commitment: Type.String({
    description: 'Published before the first entrant: the hash of event, secret and beacon_source',
    ...SOME_HASH,
  }),
  committed_at: DateTime,
  beacon_source: RoomSettings.properties.beacon_source,
  entrants: Type.Integer({ description: 'Who took part, in all lanes' }),
  merkle_root: Nullable(Type.String({ description: 'Of all lanes; null until the opening', ...SOME_HASH })),
  lanes: Type.Array(
    Type.Object({ lane: LaneText, entrants: Type.Integer(), merkle_root: Type.String(SOME_HASH) }),
  ),
  secret: Nullable(Type.String({ description: 'Null until the opening', ...SOME_HASH })),
  beacon: Nullable(
    Type.String({
      description: 'The beacon’s value; null until the opening, or without a beacon',
      ...SOME_BEACON,
    }),
  ),
});
export type ProofView = Static<typeof ProofView>;

export const ReceiptView = Type.Object({
  entrant: Type.String({
    description: 'Who took part, as the leaf has it',
    examples: ['7|normal|0|5f2c9a|user123'],
  }),
  leaf: Type.String({ description: 'Its hash, in hex', ...SOME_HASH }),
  path: Type.Array(Type.String(SOME_HASH), {
    description: 'From the leaf to the root of the lane’s tree, in hex',
  }),
  lane: LaneText,
  index: Type.Integer({ description: 'From 0, in the order of arrival in the lane' }),
  place: Place,
});

/** Frames of the stream, over SSE under their `type` as the event's name. */
export const InitFrame = Type.Object({ type: Type.Literal('INIT'), ...StandingView.properties });
export const RankFrame = Type.Object({
  type: Type.Literal('RANK_UPDATE'),
  status: StandingStatus,
  place: Place,
  ahead: Ahead,
  eta_seconds: Eta,
});
/** The same for everybody in the lane; who knows his place knows with it how many are before him, at most. */
export const ServingFrame = Type.Object({
  type: Type.Literal('SERVING'),
  lane: Lane,
  serving: Serving,
  rate_per_minute: Type.Integer(),
  phase: PhaseName,
  message: Message,
});
export const CalledFrame = Type.Object({
  type: Type.Literal('ACTIVE'),
  entry_token: Type.String(),
  expires_at: DateTime,
});
export const AliveFrame = Type.Object({ type: Type.Literal('KEEPALIVE'), at: DateTime });
export type LineFrame = Static<
  typeof InitFrame | typeof RankFrame | typeof ServingFrame | typeof CalledFrame | typeof AliveFrame
>;

export const LineStreamQuery = Strict({
  user_id: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  ticket: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
});
