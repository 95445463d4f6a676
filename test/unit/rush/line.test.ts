import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Alarms } from '../../../src/proof/rush/crowd/alarms.ts';
import { drawCharacter } from '../../../src/proof/rush/crowd/character.ts';
import type { CrowdWire } from '../../../src/proof/rush/crowd/crowd-wire.ts';
import type { Hall } from '../../../src/proof/rush/crowd/hall.ts';
import { leaveLine, standInLine } from '../../../src/proof/rush/crowd/line.ts';
import { Measures } from '../../../src/proof/rush/crowd/measures.ts';
import { Visit } from '../../../src/proof/rush/crowd/visit.ts';
import { elapsed } from '../../../src/proof/rush/stopwatch.ts';
import { type CrowdHouse, crowdHouse } from './crowd-house.ts';

interface Asked {
  what: string;
  session: string | undefined;
  at: number;
}

let house: CrowdHouse;
let wire: CrowdWire;
let asked: Asked[];
let free: number;
/** What the house answers, by the last word of the path; each time the next, and the last again and again. */
let answers: Record<string, { status?: number; body: object }[]>;

beforeEach(async () => {
  [asked, free] = [[], 5];
  const listen: RequestListener = (request, response) => {
    request.resume().on('end', () => {
      const what = request.url?.split('/').at(-1) ?? '';
      const session = request.headers['x-sale-session'];
      asked.push({ what, session: session as string | undefined, at: elapsed() });
      const each = answers[what] ?? [];
      const { status = 200, body } = (each.length > 1 ? each.shift() : each[0]) ?? { body: {} };
      response.statusCode = status;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    });
  };
  house = await crowdHouse(listen, { connections: 2 });
  wire = house.wire;
});

afterEach(() => house.close());

function visitor(patientUntil = Number.POSITIVE_INFINITY): Visit {
  const measures = new Measures();
  measures.open(elapsed());
  const hall = { free: () => free } as Hall;
  const character = drawCharacter({ run: 'run', seed: 1, party: { from: 1, to: 1 } }, 1);
  const venue = {
    run: 'run',
    eventId: 7,
    wire,
    alarms: new Alarms(),
    measures,
    history: [],
    hall: () => hall,
  };
  return new Visit(character, { ...venue, admission: 'waiting_room', patientUntil }, elapsed());
}

const waits = (millis: number) => ({ body: { status: 'WAITING', poll_after_ms: millis } });
const called = { body: { status: 'READY', entry_token: 'token', poll_after_ms: 1_000 } };
const inside = { status: 201, body: { session: 'session', expires_at: '2030-01-01T00:00:00' } };
const steps = () => asked.map(({ what }) => what);

describe('a buyer in line', () => {
  it('asks again when the server says so, comes in with the token, and shows the session from then on', async () => {
    answers = { join: [waits(200)], status: [waits(100), called], enter: [inside] };
    const visit = visitor();
    expect(await standInLine(visit)).toBeUndefined();
    expect(steps()).toEqual(['join', 'status', 'status', 'enter']);
    const [first, second] = asked as [Asked, Asked];
    expect(second.at - first.at).toBeGreaterThanOrEqual(195);
    await leaveLine(visit);
    expect(asked.map(({ session }) => session)).toEqual([...Array(4).fill(undefined), 'session']);
  });

  it('counts the time in line apart from the waiting for answers', async () => {
    answers = { join: [waits(300)], status: [called], enter: [inside] };
    const visit = visitor();
    await standInLine(visit);
    const { measures } = visit.venue;
    expect(measures.line.totalCount).toBe(1);
    expect(measures.line.maxValue / 1_000).toBeGreaterThanOrEqual(295);
    expect(measures.seconds.reduce((sum, { admitted }) => sum + admitted, 0)).toBe(1);
    expect(measures.histograms.request.totalCount).toBe(3);
    expect(visit.waited).toBeLessThan(measures.line.maxValue / 1_000 - 250);
  });

  it('is inside at once when the house knows him to be', async () => {
    answers = { join: [{ body: { status: 'ACTIVE', session: 'kept', poll_after_ms: 5_000 } }] };
    const visit = visitor();
    expect(await standInLine(visit)).toBeUndefined();
    expect([steps(), visit.session]).toEqual([['join'], 'kept']);
  });

  it('whose call was over waits on', async () => {
    const late = { status: 403, body: { code: 'ADMISSION_INVALID' } };
    answers = {
      join: [{ body: { ...called.body, poll_after_ms: 50 } }],
      status: [called],
      enter: [late, inside],
    };
    const visit = visitor();
    expect(await standInLine(visit)).toBeUndefined();
    expect(steps()).toEqual(['join', 'enter', 'status', 'enter']);
    expect(visit.venue.measures.errorCount).toBe(1);
  });

  it('gives his place up when the map shows that nothing is left', async () => {
    answers = { join: [waits(100)], status: [waits(100)] };
    const standing = standInLine(visitor());
    await expect.poll(steps).toContain('join');
    free = 0;
    expect(await standing).toBe('sold-out');
    expect(steps().at(-1)).toBe('leave');
  });

  it('gives it up, too, when he has waited enough', async () => {
    answers = { join: [waits(50)], status: [waits(50)] };
    expect(await standInLine(visitor(elapsed()))).toBe('gave-up');
    expect(steps()).toEqual(['join', 'leave']);
  });

  it('does not even join where the shop says that nothing is left', async () => {
    free = 0;
    answers = { 7: [{ body: { available_seat_count: 0 } }] };
    expect(await standInLine(visitor())).toBe('sold-out');
    expect(steps()).toEqual(['7']);
  });

  it('is turned away by a full room', async () => {
    answers = { join: [{ status: 429, body: { code: 'ROOM_FULL' } }] };
    expect(await standInLine(visitor())).toBe('turned-away');
  });
});
