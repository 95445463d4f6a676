import { beforeAll, describe, expect, it } from 'vitest';
import { systemSeals } from '../../src/adapters/system/seals.ts';
import { type Answer, bodyOf, type Client } from './client.ts';
import { makeUser } from './editions/concerts-client.ts';
import { reserved } from './editions/passengers.ts';
import { buyerOf, type RushSeat, tryJoin } from './editions/rush-client.ts';
import { eventually } from './eventually.ts';
import { type Attempt, EDITIONS, type Ready, SEATS } from './gated-routes.ts';
import { MOVABLE_TIME, timeOf } from './moved-time.ts';
import { rowsOfEvent } from './rows-of-event.ts';
import { openSale } from './sale.ts';
import { sharedProgram } from './shared-program.ts';
import { called, enter, join, openRoom, roomOf, standing, tryEnter } from './waiting-line.ts';

const KEY = Buffer.from('the key of the waiting rooms of this test');
const ENTRY_SECONDS = 100;
const { anyone, organiser, program } = sharedProgram({
  ...MOVABLE_TIME,
  TOKEN_KEYS: `test:${KEY.toString('base64')}`,
  ENTRY_TOKEN_SECONDS: String(ENTRY_SECONDS),
  RUSH_HOLD_SECONDS: '600',
  SHED_DELAY_MS: '0',
  LOG_LEVEL: 'error',
});
let moveOn: (seconds: number) => Promise<void>;
beforeAll(() => {
  moveOn = timeOf(program);
});

const HOUR_SECONDS = 3_600;
/** No session lasts longer, however often it is used. */
const LONGEST_SECONDS = 6 * HOUR_SECONDS;
const FAST = { mode: 'waiting_room', rate_per_second: 1_000, burst: 1_000, active_max: 1_000 } as const;

type Headers = Record<string, string>;
const sessionIn = (headers: Headers) => headers['x-sale-session'] as string;

/** Nothing of an event is different when these requests were refused, each with the same words. */
async function allRefused(
  eventId: number,
  asked: readonly { what: string; ask(): Promise<Answer<unknown>> }[],
  no: { status: number; code: string },
): Promise<void> {
  const before = await rowsOfEvent(program.dataDir, eventId);
  for (const { what, ask } of asked) {
    const answer = await ask();
    const { code } = answer.body as { code?: string };
    expect({ status: answer.status, code }, `${what}: ${answer.text}`).toEqual(no);
  }
  expect(await rowsOfEvent(program.dataDir, eventId)).toEqual(before);
}

const REQUIRED = { status: 403, code: 'ADMISSION_REQUIRED' };
const INVALID = { status: 403, code: 'ADMISSION_INVALID' };

const refused = (eventId: number, attempts: readonly Attempt[], session: Headers, no = INVALID) =>
  allRefused(
    eventId,
    attempts.map(({ route, ask }) => ({ what: route, ask: () => ask(session) })),
    no,
  );

async function allSucceed(attempts: readonly Attempt[], session: Headers): Promise<void> {
  for (const { route, ask, succeeds } of attempts) {
    const answer = await ask(session);
    expect(answer.status, `${route}: ${answer.text}`).toBe(succeeds);
  }
}

async function gate(eventId: number, sessionSeconds: number): Promise<void> {
  const admission = { ...FAST, session_seconds: sessionSeconds };
  bodyOf(await organiser.patch(`/api/v1/events/${eventId}`, { admission }));
  await openRoom(organiser, eventId);
}

/** An event of its own for each test. */
const hall = async () => openSale(organiser, { rows: 1, seatsInRow: SEATS, event: { hold_seconds: 900 } });

let trainEvent: number | undefined;
/** There is one train. */
async function train() {
  if (trainEvent === undefined) {
    await reserved(anyone, 'first');
    const [own] = bodyOf(await anyone.as('first').get<{ event_id: number }[]>('/api/v1/reservations'));
    trainEvent = own?.event_id as number;
  }
  return { eventId: trainEvent, seatIds: [] };
}

const isOut = (userId: number, eventId: number) =>
  eventually(async () => (await anyone.as(String(userId)).get(`${roomOf(eventId)}/status`)).status, 404);

/** A token of ours in which something else is said, and each of its parts changed. */
function forged(token: string): Headers[] {
  const [head = '', payload = '', mac = ''] = token.split('.');
  const base64 = (text: string) => Buffer.from(text).toString('base64url');
  const said = Buffer.from(payload, 'base64url').toString();
  const raised = said.replace('"normal"', '"high"');
  const longer = said.replace(/"exp":(\d+)/, (_, exp) => `"exp":${Number(exp) + HOUR_SECONDS}`);
  expect(new Set([said, raised, longer]).size).toBe(3);
  const other = systemSeals([{ kid: 'test', key: Buffer.from('somebody else’s') }]);
  const claims = { ...JSON.parse(said), jti: Number(JSON.parse(said).jti) };
  const tokens = [
    `${base64('{"alg":"none","typ":"JWT","kid":"test"}')}.${payload}.`,
    `${base64('{"alg":"HS256","typ":"JWT","kid":"other"}')}.${payload}.${mac}`,
    `${head}.${base64(raised)}.${mac}`,
    `${head}.${base64(longer)}.${mac}`,
    `${head}.${payload}.${mac.slice(0, -2)}${mac.endsWith('AA') ? 'BB' : 'AA'}`,
    `${head}.${payload}`,
    `${token}.${mac}`,
    other.seal({ ...claims, iat: claims.iat * 1_000, exp: claims.exp * 1_000 }),
    'x',
    'x'.repeat(2_000),
  ];
  return tokens.map((forgery) => ({ 'x-sale-session': forgery }));
}

describe.each(Object.entries(EDITIONS))('the sale routes of %s', (edition, prepare) => {
  /** Somebody inside an event whose room has sessions of so many seconds. */
  async function inside(sessionSeconds = 600) {
    const { eventId, seatIds } = await (edition === 'train' ? train() : hall());
    await gate(eventId, sessionSeconds);
    const userId = await makeUser(anyone);
    const session = await enter(anyone, String(userId), eventId);
    const come = (): Promise<Attempt[]> => {
      const ready: Ready = { anyone, eventId, seatIds, userId, session };
      return prepare(ready);
    };
    return { eventId, userId, user: String(userId), session, come };
  }

  it('want a session', async () => {
    const { eventId, session, come } = await inside();
    const attempts = await come();
    await refused(eventId, attempts, {}, REQUIRED);
    await allSucceed(attempts, session);
  });

  it('take none that is forged, another’s, another event’s, or an entry token', async () => {
    const { eventId, user, session, come } = await inside();
    const attempts = await come();
    const elsewhere = await hall();
    await gate(elsewhere.eventId, 600);
    await join(anyone, 'called', eventId);
    const wrong = [
      ...forged(sessionIn(session)),
      await enter(anyone, 'somebody', eventId),
      await enter(anyone, user, elsewhere.eventId),
      { 'x-sale-session': await called(anyone, 'called', eventId) },
    ];
    for (const each of wrong) await refused(eventId, attempts, each);
    await allSucceed(attempts, session);
  });

  it('take none that was used before: who left and came in again has another', async () => {
    const { eventId, user, session, come } = await inside();
    const attempts = await come();
    bodyOf(await anyone.as(user).post(`${roomOf(eventId)}/leave`), 204);
    await refused(eventId, attempts, session);
    const again = await enter(anyone, user, eventId);
    await refused(eventId, attempts, session);
    await allSucceed(attempts, again);
  });

  it('take none that was not used in time', async () => {
    const { eventId, user, userId, session, come } = await inside(30);
    const attempts = await come();
    await moveOn(40);
    await isOut(userId, eventId);
    await refused(eventId, attempts, session);
    await allSucceed(attempts, await enter(anyone, user, eventId));
  });

  it('take none that has come to its end, though it was used all the time', async () => {
    const { eventId, user, userId, session, come } = await inside(LONGEST_SECONDS);
    for (let hour = 1; hour < 6; hour++) {
      await moveOn(HOUR_SECONDS);
      const slid = await anyone.as(user).post('/api/v1/reservations', nothingOf(eventId, user), session);
      expect(slid.body).toMatchObject({ code: 'SEATS_UNKNOWN' });
    }
    await moveOn(HOUR_SECONDS - 30);
    const attempts = await come();
    const { session: sealedAnew = '' } = await standing(anyone, user, eventId);
    await moveOn(60);
    await isOut(userId, eventId);
    await refused(eventId, attempts, session);
    await refused(eventId, attempts, { 'x-sale-session': sealedAnew });
    await allSucceed(attempts, await enter(anyone, user, eventId));
  });
});

/** A request whose session is looked at, and of which nothing comes. */
const nothingOf = (eventId: number, userId: string) => ({
  event_id: eventId,
  seat_ids: [999_999_999],
  user_id: userId,
});

describe('POST …/waiting-room/enter', () => {
  async function callee(sessionSeconds = 600) {
    const { eventId } = await hall();
    await gate(eventId, sessionSeconds);
    await join(anyone, 'ann', eventId);
    return { eventId, token: await called(anyone, 'ann', eventId) };
  }
  const entering = (eventId: number, tokens: readonly (string | undefined)[], no = INVALID, who = 'ann') =>
    allRefused(
      eventId,
      tokens.map((token = '') => ({ what: token, ask: () => tryEnter(anyone, who, eventId, token) })),
      no,
    );

  it('takes no token that is forged, another’s, another event’s, or a session', async () => {
    const { eventId, token } = await callee();
    const elsewhere = await callee();
    await join(anyone, 'bob', eventId);
    const session = await enter(anyone, 'cid', eventId);
    const bobs = await called(anyone, 'bob', eventId);
    const forgeries = forged(token).map(sessionIn);
    await entering(eventId, [...forgeries, bobs, elsewhere.token, sessionIn(session)]);
    await entering(eventId, [token], INVALID, 'bob');
    bodyOf(await tryEnter(anyone, 'ann', eventId, token), 201);
  });

  it('takes a token once', async () => {
    const { eventId, token } = await callee();
    bodyOf(await tryEnter(anyone, 'ann', eventId, token), 201);
    await entering(eventId, [token, token], { status: 409, code: 'ADMISSION_USED' });
    bodyOf(await anyone.as('ann').post(`${roomOf(eventId)}/leave`), 204);
    await entering(eventId, [token]);
    await join(anyone, 'ann', eventId);
    const next = await called(anyone, 'ann', eventId);
    await entering(eventId, [token]);
    bodyOf(await tryEnter(anyone, 'ann', eventId, next), 201);
  });

  it('takes none whose time is over; who missed his call is called again', async () => {
    const { eventId, token } = await callee();
    const lane = async () => {
      const stats = await organiser.get<{ lanes: { normal: object } }>(`${roomOf(eventId)}/stats`);
      return bodyOf(stats).lanes.normal;
    };
    await moveOn(ENTRY_SECONDS + 5);
    await eventually(lane, (found) => JSON.stringify(found).includes('"ready":0'));
    await entering(eventId, [token]);
    const next = await called(anyone, 'ann', eventId);
    expect(next).not.toBe(token);
    await entering(eventId, [token]);
    bodyOf(await tryEnter(anyone, 'ann', eventId, next), 201);
  });
});

describe('the rush edition', () => {
  const NONE = { status: 401, code: 'SESSION_INVALID' };

  /** Somebody inside, with two seats: one that he holds, and one that he can take. */
  async function buyer(sessionSeconds = 600) {
    const { eventId, seats } = await hall();
    await gate(eventId, sessionSeconds);
    const [mine, other] = seats.map(({ seat_id, seat_number }) => ({ seat_id, seat_label: seat_number }));
    const token = await comeIn(eventId);
    const take = async () => bodyOf(await buyerOf(anyone, eventId, token).take(mine as RushSeat));
    return { eventId, token, mine: mine as RushSeat, other: other as RushSeat, take };
  }
  const comeIn = async (eventId: number, who = 'ann') => {
    const isIn = ({ status }: Answer) => status === 200;
    const joined = await eventually(() => tryJoin(anyone, eventId, who), isIn);
    return (joined.body as { token: string }).token;
  };
  type Bought = Awaited<ReturnType<typeof buyer>>;
  const asked = ({ eventId, mine, other }: Bought, token: string, client: Client = anyone) => {
    const by = buyerOf(client, eventId, token);
    return [
      { what: 'GET /events/{event_id}/seats', ask: () => by.list() },
      { what: 'POST /events/{event_id}/seats/pay', ask: () => by.pay(mine) },
      { what: 'POST /events/{event_id}/seats/hold', ask: () => by.take(other) },
    ];
  };
  const paid = async (bought: Bought, token: string) => {
    for (const { what, ask } of asked(bought, token)) {
      const answer = await ask();
      expect(answer.status, `${what}: ${answer.text}`).toBe(200);
    }
  };

  it('knows no token that is forged, or another event’s; another’s is not his whom the header names', async () => {
    const bought = await buyer();
    await bought.take();
    const { eventId, token } = bought;
    const [event = '', uuid = ''] = token.split(':');
    const elsewhere = await hall();
    const tokens = [
      `${event}:${uuid.startsWith('a') ? 'b' : 'a'}${uuid.slice(1)}`,
      `${elsewhere.eventId}:${uuid}`,
      `${event}:`,
      uuid,
      'x'.repeat(100),
      await comeIn(elsewhere.eventId),
    ];
    for (const wrong of tokens) await allRefused(eventId, asked(bought, wrong), NONE);
    const mismatch = { status: 403, code: 'USER_MISMATCH' };
    await allRefused(eventId, asked(bought, token, anyone.as('eve')), mismatch);
    await paid(bought, token);
  });

  it('knows no token of who left, or did not use it in time', async () => {
    const bought = await buyer(30);
    const { eventId, token } = bought;
    bodyOf(await buyerOf(anyone, eventId, token).leave());
    await allRefused(eventId, asked(bought, token), NONE);
    const second = await comeIn(eventId);
    bodyOf(await buyerOf(anyone, eventId, second).take(bought.mine));
    await allRefused(eventId, asked(bought, token), NONE);
    await moveOn(40);
    await eventually(async () => (await buyerOf(anyone, eventId, second).list()).status, 401);
    await allRefused(eventId, asked(bought, second), NONE);
    await paid(bought, await comeIn(eventId));
  });

  it('knows no token at its end, though it was used all the time', async () => {
    const bought = await buyer(LONGEST_SECONDS);
    const { eventId, token } = bought;
    for (let hour = 1; hour < 6; hour++) {
      await moveOn(HOUR_SECONDS);
      bodyOf(await buyerOf(anyone, eventId, token).list());
    }
    await moveOn(HOUR_SECONDS - 30);
    await bought.take();
    await moveOn(60);
    await eventually(async () => (await buyerOf(anyone, eventId, token).list()).status, 401);
    await allRefused(eventId, asked(bought, token), NONE);
    await paid(bought, await comeIn(eventId));
  });
});
