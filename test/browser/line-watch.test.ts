import { describe, expect, it } from 'vitest';
import type { StandingView } from '../../src/contract/waiting-room.ts';
import { minutesOf, progressOf } from '../../web/src/features/waiting-room/line-state.ts';
import { LineWatch } from '../../web/src/features/waiting-room/line-watch.ts';
import type {
  KeptPlace,
  LineStreamHandlers,
  LineWorld,
} from '../../web/src/features/waiting-room/line-world.ts';
import { ApiError } from '../../web/src/lib/api/api-error.ts';

const STANDING: StandingView = {
  status: 'WAITING',
  lane: 'normal',
  place: 11,
  ahead: 10,
  eta_seconds: { low: 60, high: 120 },
  serving: 0,
  poll_after_ms: 3_000,
  receipt: 'receipt',
  opens_at: null,
  message: null,
};

const refused = (code: string, status: number) =>
  new ApiError({ status, code, message: code, indefinite: false });

/** A world in which time, the network and the server do what the test says. */
function world({ first, kept: known }: { first?: 'join' | 'ask'; kept?: KeptPlace } = {}) {
  const asked: string[] = [];
  const answers: (StandingView | Error)[] = [];
  const ends: unknown[] = [];
  const streams: (LineStreamHandlers & { isClosed: boolean })[] = [];
  const timers: { run: () => void; ms: number; isCancelled: boolean }[] = [];
  let kept = known;
  const answer = async (what: string) => {
    asked.push(what);
    const next = answers.shift() ?? STANDING;
    if (next instanceof Error) throw next;
    return next;
  };
  const outside: LineWorld = {
    join: (receipt) => answer(`join ${receipt ?? 'anew'}`),
    look: () => answer('look'),
    async enter(token) {
      await answer(`enter ${token}`);
      return { session: 'session', expires_at: '2027-01-01T00:00:00' };
    },
    async showSignOfLife() {
      asked.push('alive');
    },
    async leave() {
      asked.push('leave');
    },
    openStream(handlers) {
      const stream = { ...handlers, isClosed: false };
      streams.push(stream);
      return () => {
        stream.isClosed = true;
      };
    },
    keptPlace: () => kept,
    keepPlace: (place) => {
      kept = place;
    },
    later(run, ms) {
      const timer = { run, ms, isCancelled: false };
      timers.push(timer);
      return () => {
        timer.isCancelled = true;
      };
    },
    dice: () => 0,
  };
  const watch = new LineWatch(
    outside,
    {
      onInside: ({ session }) => ends.push(session),
      onOpenSale: () => ends.push('open sale'),
      onLost: () => ends.push('lost'),
    },
    first,
  );
  return {
    watch,
    asked,
    answers,
    ends,
    streams,
    kept: () => kept,
    stream: () => streams.at(-1) ?? expect.fail('no stream was opened'),
    due: () => timers.filter(({ isCancelled }) => !isCancelled).map(({ ms }) => ms),
    /** Runs what was to wait for so long. */
    async pass(wanted: number) {
      const timer = timers.find(({ ms, isCancelled }) => ms === wanted && !isCancelled);
      if (!timer) throw new Error(`nothing waits ${wanted} ms`);
      timer.isCancelled = true;
      timer.run();
      await settled();
    },
  };
}

async function settled() {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe('a place in the line', () => {
  it('is taken at once, and kept with its receipt', async () => {
    const { watch, asked, kept } = world({ kept: { receipt: 'old', place: null, from: undefined } });
    await settled();
    expect(asked).toEqual(['join old']);
    expect(watch.state()).toMatchObject({ stage: 'waiting', from: 10 });
    expect(kept()).toEqual({ receipt: 'receipt', place: 11, from: 10 });
  });

  it('is not taken by who may have gone away, until he asks', async () => {
    const { watch, asked } = world({ first: 'ask' });
    await settled();
    expect([asked, watch.state().stage]).toEqual([[], 'out']);
    await watch.join();
    expect(watch.state().stage).toBe('waiting');
  });

  it('moves by what all are told, and never back', async () => {
    const { watch, stream } = world();
    await settled();
    stream().onFrame({ type: 'INIT', ...STANDING });
    const serving = { type: 'SERVING', rate_per_minute: 60, phase: 'open', message: null } as const;
    stream().onFrame({ ...serving, lane: 'normal', serving: 6 });
    expect(watch.state().standing?.ahead).toBe(4);
    // Another lane's numbers, and an answer from before, say nothing of it.
    stream().onFrame({ ...serving, lane: 'high', serving: 10 });
    const { place, eta_seconds } = STANDING;
    stream().onFrame({ type: 'RANK_UPDATE', status: 'WAITING', place, ahead: 9, eta_seconds });
    expect(watch.state().standing?.ahead).toBe(4);
    expect(progressOf(watch.state())).toBeCloseTo(6 / 11);
  });

  it('remembers over a reload how long the line was', async () => {
    const { watch } = world({ kept: { receipt: 'r', place: 11, from: 21 } });
    await settled();
    expect(progressOf(watch.state())).toBeCloseTo(11 / 22);
  });

  it('is exchanged for a session when it is called, once', async () => {
    const { watch, asked, ends, stream, due, kept } = world();
    await settled();
    const called = { type: 'ACTIVE', entry_token: 'token', expires_at: '2027-01-01T00:00:00' } as const;
    stream().onFrame(called);
    stream().onFrame(called);
    await settled();
    expect(asked).toEqual(['join anew', 'enter token']);
    expect([ends, watch.state().stage, stream().isClosed]).toEqual([['session'], 'inside', true]);
    expect([due(), kept()]).toEqual([[], undefined]);
  });

  it('is looked at again when another page was faster to go in', async () => {
    const { answers, asked, ends, stream, pass } = world();
    await settled();
    const inside: StandingView = {
      ...STANDING,
      status: 'ACTIVE',
      session: 'other',
      expires_at: '2027-01-01T00:00:00',
    };
    answers.push(refused('ADMISSION_USED', 409), inside);
    stream().onFrame({ type: 'ACTIVE', entry_token: 'token', expires_at: '2027-01-01T00:00:00' });
    await settled();
    await pass(0);
    expect(asked.slice(1)).toEqual(['enter token', 'look']);
    expect(ends).toEqual(['other']);
  });

  it('is asked for as often as the server wishes while there is no stream', async () => {
    const { watch, asked, streams, stream, pass } = world();
    await settled();
    stream().onClose();
    expect(watch.state().connection).toBe('interrupted');
    await pass(3_000);
    expect([asked, streams.length]).toEqual([['join anew', 'look'], 2]);
    // The second failure in a row: the stream is tried at every other poll only.
    stream().onClose();
    await pass(3_000);
    expect(streams).toHaveLength(2);
    await pass(3_000);
    expect(streams).toHaveLength(3);
  });

  it('does not trust a stream that has fallen silent', async () => {
    const { watch, stream, pass } = world();
    await settled();
    stream().onFrame({ type: 'KEEPALIVE', at: '2027-01-01T00:00:00' });
    expect(watch.state().connection).toBe('live');
    await pass(45_000);
    expect([watch.state().connection, stream().isClosed]).toEqual(['interrupted', true]);
  });

  it('is kept by signs of life while the page is hidden, and looked at when it is not', async () => {
    const { watch, asked, pass, due } = world();
    await settled();
    watch.setVisible('hidden');
    await pass(20_000);
    await pass(20_000);
    expect(asked).toEqual(['join anew', 'alive', 'alive']);
    watch.setVisible('visible');
    await settled();
    expect(asked.at(-1)).toBe('look');
    expect(due()).not.toContain(20_000);
  });

  it('that was taken away is not taken anew without being asked for', async () => {
    const { watch, answers, pass, stream, due, kept } = world();
    await settled();
    answers.push(refused('NOT_IN_LINE', 404));
    await pass(3_000);
    expect([watch.state().stage, stream().isClosed, due(), kept()]).toEqual(['out', true, [], undefined]);
  });

  it('is tried for again after a refusal, and given up for good with the waiting room', async () => {
    const { watch, answers, asked, ends, pass } = world();
    answers.push(refused('ROOM_CLOSED', 410), refused('UNAVAILABLE', 503), refused('NO_WAITING_ROOM', 404));
    await settled();
    // The first join was answered before the refusals were put in.
    watch.hurry();
    await settled();
    expect(watch.state().error).toBeInstanceOf(ApiError);
    await pass(5_000);
    expect(ends).toEqual(['lost']);
    await pass(5_000);
    expect([ends, asked.length]).toEqual([['lost', 'open sale'], 4]);
  });
});

describe('the time to wait', () => {
  it('is a range of whole minutes', () => {
    expect(minutesOf({ low: 20, high: 60 })).toBeUndefined();
    expect(minutesOf({ low: 100, high: 200 })).toEqual({ low: 1, high: 4 });
  });
});
