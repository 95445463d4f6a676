import { describe, expect, it } from 'vitest';
import {
  cancelled,
  claimed,
  completed,
  newRequest,
  type SeatRequest,
} from '../../../src/request-queue/request.ts';
import { RequestStreams, type RequestWatcher } from '../../../src/request-queue/request-streams.ts';
import { HandClock } from '../../backends/hand-clock.ts';

const HELD = { reservationIds: [1], amount: 1, expiresAt: 1 };
const request = (userId: string, place: number) =>
  newRequest(
    {
      requestId: `r${place}`,
      eventId: 1,
      lane: 'normal',
      userId,
      sessionId: null,
      seatIds: [1],
      admissionId: null,
    },
    place,
    0,
  );

function streams() {
  const clock = new HandClock();
  const positions = new Map<string, number>();
  const latest = new Map<string, SeatRequest>();
  const made = new RequestStreams({
    clock,
    look: (of) => {
      const position = of.state === 'PENDING' ? (positions.get(of.requestId) ?? 1) : null;
      return { request: of, position, waitSeconds: position };
    },
    refresh: async () => undefined,
    find: async (requestId) => latest.get(requestId),
  });
  const watcher = () => {
    const heard: string[] = [];
    const told: RequestWatcher = {
      status: ({ request: { requestId, state } }) => heard.push(`${requestId} ${state}`),
      position: ({ request: { requestId }, position }) => heard.push(`${requestId} at ${position}`),
      over: ({ request: { requestId } }) => heard.push(`${requestId} over`),
    };
    return { heard, told };
  };
  return { clock, positions, latest, made, watcher };
}

describe('who watches a request', () => {
  it('sees how it stands, each move once and in order, and its end', () => {
    const { made, watcher } = streams();
    const first = request('ann', 1);
    const { heard, told } = watcher();
    made.watchRequest(first, told);
    const taken = claimed(first);
    for (const each of [taken, taken, first, completed(taken, HELD, 1)]) made.changed(each);
    made.changed(claimed(request('ann', 2)));
    expect(heard).toEqual(['r1 PENDING', 'r1 PROCESSING', 'r1 over']);
  });

  it('misses nothing that happened while he came', async () => {
    const { made, latest, watcher } = streams();
    const first = request('ann', 1);
    latest.set('r1', completed(claimed(first), HELD, 1));
    const { heard, told } = watcher();
    made.watchRequest(first, told);
    await Promise.resolve();
    expect(heard).toEqual(['r1 PENDING', 'r1 over']);
  });

  it('is shown at once what is over already, once', async () => {
    const { made, latest, watcher } = streams();
    const gone = cancelled(request('ann', 1), 1);
    latest.set('r1', gone);
    const { heard, told } = watcher();
    made.watchRequest(gone, told);
    await Promise.resolve();
    expect(heard).toEqual(['r1 CANCELLED', 'r1 over']);
  });

  it('is told how things stand where news may have been lost on the way', async () => {
    const { made, latest, watcher } = streams();
    const [first, second] = [request('ann', 1), request('ann', 2)];
    latest.set('r1', first);
    const [one, all] = [watcher(), watcher()];
    made.watchRequest(first, one.told);
    made.watchBuyer('ann', [first, second], all.told);
    latest.set('r1', completed(claimed(first), HELD, 1));
    latest.set('r2', claimed(second));
    made.missed();
    await new Promise(setImmediate);
    expect(one.heard).toEqual(['r1 PENDING', 'r1 over']);
    expect(all.heard).toEqual(['r1 PENDING', 'r2 PENDING', 'r1 over', 'r2 PROCESSING']);
  });

  it('is told of his position as it changes, not more often than needed', async () => {
    const { made, clock, positions, watcher } = streams();
    const elapsed = async () => {
      clock.advance(1_000);
      await new Promise(setImmediate);
    };
    const { heard, told } = watcher();
    positions.set('r9', 3);
    const leave = made.watchRequest(request('ann', 9), told);
    for (const place of [1, 2]) made.changed(claimed(request('ben', place)));
    positions.set('r9', 1);
    await elapsed();
    made.changed(claimed(request('ben', 3)));
    await elapsed();
    expect(heard).toEqual(['r9 PENDING', 'r9 at 1']);
    leave();
    positions.set('r9', 0);
    made.changed(claimed(request('ben', 4)));
    await elapsed();
    expect(heard).toHaveLength(2);
    expect(made.watching).toBe(0);
  });
});

describe('who watches all that is his', () => {
  it('hears of his requests, and of nobody else’s', () => {
    const { made, watcher } = streams();
    const { heard, told } = watcher();
    made.watchBuyer('ann', [request('ann', 1)], told);
    made.changed(request('ann', 2));
    made.changed(request('ben', 3));
    expect(heard).toEqual(['r1 PENDING', 'r2 PENDING']);
  });
});
