import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bodyOf, clientOf, organiserOf } from '../client.ts';
import { eventually } from '../eventually.ts';
import { freshFolder, startProgram } from '../program.ts';
import * as sale from '../sale.ts';
import { sharedProgram } from '../shared-program.ts';
import { gatedSale, tryJoin as joinLine, openRoom } from '../waiting-line.ts';
import { buyerOf, expectDetail, type RushSeat, tryJoin } from './rush-client.ts';

const WAIT = { code: 'WAIT_IN_LINE', detail: '현재 대기 인원이 많으니 잠시만 기다려주세요' };
const uuids = (count: number, name = 'u') => Array.from({ length: count }, (_, index) => `${name}-${index}`);

describe('where three may be inside', () => {
  const { anyone, organiser, restart } = sharedProgram({ RUSH_ACTIVE_MAX: '3' });
  const openHall = async () => (await sale.openSale(organiser, { rows: 1, seatsInRow: 4 })).eventId;

  it('of a crowd that comes at once three are, and everybody else has a position of his own', async () => {
    const eventId = await openHall();
    const answers = await Promise.all(uuids(40).map((uuid) => tryJoin(anyone, eventId, uuid)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    const waiting = answers.filter(({ status }) => status === 429);
    for (const answer of waiting) {
      expectDetail(answer, 429, WAIT);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(Number(answer.headers['retry-after'])).toBeLessThan(60);
    }
    const again = await Promise.all(uuids(40).map((uuid) => tryJoin(anyone, eventId, uuid)));
    const positions = again.flatMap(({ status, body }) => (status === 429 ? [body.position as number] : []));
    expect([...positions].sort((a, b) => a - b)).toEqual(Array.from({ length: 37 }, (_, index) => index + 1));
  });

  it('places are kept, and who came first goes first', async () => {
    const eventId = await openHall();
    const inside = [];
    for (const uuid of uuids(3)) inside.push(bodyOf(await tryJoin(anyone, eventId, uuid)).token);
    const line = ['ann', 'ben', 'cat'];
    for (const [index, uuid] of line.entries())
      expect((await tryJoin(anyone, eventId, uuid)).body.position).toBe(index + 1);
    for (const [index, uuid] of [...line.entries()].reverse())
      expect((await tryJoin(anyone, eventId, uuid)).body.position).toBe(index + 1);
    bodyOf(await buyerOf(anyone, eventId, inside[1] as string).leave());
    // The one behind asks first, and has to wait for the one before him all the same.
    expect((await tryJoin(anyone, eventId, 'ben')).body.position).toBe(1);
    bodyOf(await tryJoin(anyone, eventId, 'ann'));
    expect((await tryJoin(anyone, eventId, 'cat')).body.position).toBe(2);
    expect((await tryJoin(anyone, eventId, 'ben')).status).toBe(429);
  });

  it('a restart forgets nobody', async () => {
    const eventId = await openHall();
    const tokens = [];
    for (const uuid of uuids(3, 'r')) tokens.push(bodyOf(await tryJoin(anyone, eventId, uuid)).token);
    for (const uuid of ['ann', 'ben']) expect((await tryJoin(anyone, eventId, uuid)).status).toBe(429);
    await restart();
    expect((await tryJoin(anyone, eventId, 'ben')).body.position).toBe(2);
    expect((await tryJoin(anyone, eventId, 'new')).status).toBe(429);
    for (const token of tokens) bodyOf(await buyerOf(anyone, eventId, token).list());
    bodyOf(await buyerOf(anyone, eventId, tokens[0] as string).leave());
    bodyOf(await tryJoin(anyone, eventId, 'ann'));
  });
});

describe('a token that nobody uses', () => {
  it('ends after its time, and the place goes to the next', async () => {
    const dataDir = freshFolder();
    const env = { RUSH_ACTIVE_MAX: '1', RUSH_TOKEN_SECONDS: '2', RATE_LIMIT_PER_PRINCIPAL: '0' };
    const program = await startProgram({ env, dataDir });
    try {
      const anyone = clientOf(program);
      const { eventId } = await sale.openSale(organiserOf(program), { rows: 1, seatsInRow: 2 });
      const { token } = bodyOf(await tryJoin(anyone, eventId, 'ann'));
      const ann = buyerOf(anyone, eventId, token);
      expect((await tryJoin(anyone, eventId, 'ben')).status).toBe(429);
      const until = performance.now() + 3_000;
      while (performance.now() < until) {
        bodyOf(await ann.list());
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      expect((await tryJoin(anyone, eventId, 'ben')).status, 'who is active stays').toBe(429);
      await eventually(async () => (await tryJoin(anyone, eventId, 'ben')).status, 200);
      expect((await ann.list()).status).toBe(401);
    } finally {
      await program.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

describe('an event with a waiting room', () => {
  const { anyone, organiser } = sharedProgram({ RUSH_ACTIVE_MAX: '700' });

  it('has one line for all editions', async () => {
    const gated = await gatedSale(organiser, 3, { active_max: 1, inventory_aware: false });
    const { eventId } = gated;
    expect((await tryJoin(anyone, eventId, 'ann')).status, 'it has not opened').toBe(429);
    bodyOf(await openRoom(organiser, eventId));
    const { token } = bodyOf(
      await eventually(
        () => tryJoin(anyone, eventId, 'ann'),
        ({ status }) => status === 200,
      ),
    );
    expect((await joinLine(anyone, 'ben', eventId)).body).toMatchObject({ status: 'WAITING', ahead: 0 });
    expect((await tryJoin(anyone, eventId, 'ben')).body.position).toBe(1);
    const ann = buyerOf(anyone, eventId, token);
    const [seat] = gated.seats.map(
      ({ seat_id, seat_number }): RushSeat => ({ seat_id, seat_label: seat_number }),
    );
    bodyOf(await ann.take(seat as RushSeat));
    bodyOf(await ann.pay(seat as RushSeat));
    bodyOf(await ann.leave());
    await eventually(async () => (await tryJoin(anyone, eventId, 'ben')).status, 200);
  });
});

describe('in jwt mode', () => {
  const secret = 'a secret of the tests, long enough';
  const { anyone, organiser } = sharedProgram({
    AUTH_MODE: 'jwt',
    JWT_SECRET: secret,
    ADMIN_TOKEN: 'the-token',
  });

  it('a uuid is nobody unless a token says so', async () => {
    const { SignJWT } = await import('jose');
    const bearer = async (sub: string) => {
      const key = new TextEncoder().encode(secret);
      const token = new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setSubject(sub);
      return { authorization: `Bearer ${await token.setExpirationTime('5m').sign(key)}` };
    };
    const { eventId } = await sale.openSale(organiser, { rows: 1, seatsInRow: 2 });
    expect((await tryJoin(anyone, eventId, 'ann')).status).toBe(401);
    const ann = anyone.with(await bearer('ann'));
    expect((await tryJoin(ann, eventId, 'ben')).status).toBe(403);
    const { token } = bodyOf(await tryJoin(ann, eventId, 'ann'));
    bodyOf(await buyerOf(ann, eventId, token).list());
    expect((await buyerOf(anyone, eventId, token).list()).status).toBe(401);
    const eve = anyone.with(await bearer('eve'));
    expect((await buyerOf(eve, eventId, token).list()).status).toBe(403);
  });
});
