import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Alarms } from '../../../src/proof/rush/crowd/alarms.ts';
import { type Character, drawCharacter } from '../../../src/proof/rush/crowd/character.ts';
import type { CrowdWire } from '../../../src/proof/rush/crowd/crowd-wire.ts';
import { Measures } from '../../../src/proof/rush/crowd/measures.ts';
import { type Venue, Visit, type Wish } from '../../../src/proof/rush/crowd/visit.ts';
import { elapsed } from '../../../src/proof/rush/stopwatch.ts';
import { type CrowdHouse, crowdHouse } from './crowd-house.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, seen: number) => void;

let house: CrowdHouse;
let wire: CrowdWire;
let handle: Handler;
const keys: string[] = [];

beforeEach(async () => {
  keys.length = 0;
  const listen: RequestListener = (request, response) => {
    request.resume();
    request.on('end', () => handle(request, response, keys.push(String(request.headers['idempotency-key']))));
  };
  house = await crowdHouse(listen, { connections: 4 });
  wire = house.wire;
});

afterEach(() => house.close());

function visitor(manner: Character['manner'], arrivedAt = elapsed()): Visit {
  const venue: Venue = {
    run: 'run',
    eventId: 1,
    admission: 'open',
    patientUntil: Number.POSITIVE_INFINITY,
    wire,
    alarms: new Alarms(),
    hall: () => {
      throw new Error('nobody looks at the map here');
    },
    measures: new Measures(),
    history: [],
  };
  venue.measures.open(arrivedAt);
  const character = { ...drawCharacter({ run: 'run', seed: 1, party: { from: 1, to: 1 } }, 1), manner };
  return new Visit(character, venue, arrivedAt);
}

const holdSeat: Wish = {
  request: { method: 'POST', path: '/api/v1/reservations', body: { seat_ids: [1] } },
  step: 'hold',
  op: 'hold',
  seats: [1],
};

function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const json = JSON.stringify(body);
  const length = Buffer.byteLength(json);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers });
  response.end(json);
}

describe('a buyer who asks', () => {
  it('waits as long as Retry-After says and asks again with the same key', async () => {
    handle = (_request, response, seen) =>
      seen === 1
        ? answer(response, 429, { code: 'RATE_LIMITED' }, { 'retry-after': '1' })
        : answer(response, 201, {});
    const visit = visitor('calm');
    const { meaning } = await visit.ask(holdSeat);
    expect(meaning.outcome).toBe('ok');
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(2);
    expect(visit.waited).toBeGreaterThanOrEqual(990);
    expect(visit.venue.measures.refusals).toEqual({ RATE_LIMITED: 1 });
    expect(visit.venue.measures.errorCount).toBe(0);
  });

  it('gives up at once when told to come back much later', async () => {
    handle = (_request, response) => answer(response, 429, { code: 'HOLD_CHURN' }, { 'retry-after': '600' });
    expect((await visitor('calm').ask(holdSeat)).meaning).toMatchObject({
      refusal: 'HOLD_CHURN',
      notNow: true,
    });
    expect(keys).toHaveLength(1);
  });

  it('and double-clicks sends one key twice, and both answers are witnesses', async () => {
    handle = (_request, response) => answer(response, 201, { same: true });
    const visit = visitor('double-click');
    await visit.ask(holdSeat);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(visit.venue.history.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  });

  it('and hangs up leaves an unknown outcome, which is no error, and asks again with the same key', async () => {
    handle = (_request, response, seen) => {
      if (seen > 1) answer(response, 201, {});
    };
    const visit = visitor('hang-up');
    expect((await visit.ask(holdSeat)).meaning.outcome).toBe('ok');
    expect(new Set(keys).size).toBe(1);
    expect(visit.venue.history.map(({ outcome }) => outcome)).toEqual(['info', 'ok']);
    expect(visit.venue.measures.errorCount).toBe(0);
  });

  it('counts a broken connection as an error and keeps trying with the same key', async () => {
    handle = (request, response, seen) => (seen === 1 ? request.socket.destroy() : answer(response, 201, {}));
    const visit = visitor('calm');
    expect((await visit.ask(holdSeat)).meaning.outcome).toBe('ok');
    expect(visit.venue.measures.errors).toEqual({ connection: 1 });
    expect(new Set(keys).size).toBe(1);
  });

  it('is measured from when the step was due, not from when this program got to it', async () => {
    handle = (_request, response) => answer(response, 201, {});
    const visit = visitor('calm', elapsed() - 500);
    await visit.ask(holdSeat);
    expect(visit.venue.measures.histograms.hold.minNonZeroValue / 1_000).toBeGreaterThanOrEqual(499);
  });

  it('leaves no record of seats lost to others, and one of a definite no to anything else', async () => {
    handle = (_request, response) => answer(response, 409, { code: 'SEATS_TAKEN' });
    const visit = visitor('calm');
    await visit.ask(holdSeat);
    await visit.ask({ ...holdSeat, op: 'book' });
    expect(visit.venue.history.map(({ op, outcome }) => [op, outcome])).toEqual([['book', 'fail']]);
  });
});
