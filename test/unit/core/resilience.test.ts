import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bulkhead } from '../../../src/core/bulkhead.ts';
import { CircuitBreaker } from '../../../src/core/circuit-breaker.ts';
import { NotAsked } from '../../../src/core/not-asked.ts';
import { retried } from '../../../src/core/retry.ts';
import { withinTime } from '../../../src/core/time-limit.ts';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { dice } from '../../backends/dice.ts';
import { HandClock } from '../../backends/hand-clock.ts';

const turns = () => new Promise(setImmediate);
const never = () => new Promise<never>(() => undefined);
const fails = (indefinite = false) => Promise.reject(new Unavailable('no', { indefinite }));

describe('a time limit', () => {
  it('leaves the outcome in doubt when it is reached', async () => {
    const clock = new HandClock();
    const answer = withinTime(clock, 1_000, never);
    clock.advance(1_000);
    await expect(answer).rejects.toMatchObject({ indefinite: true });
  });

  it('passes on an answer, and an error, in time', async () => {
    const clock = new HandClock();
    expect(await withinTime(clock, 1_000, async () => 'yes')).toBe('yes');
    await expect(withinTime(clock, 1_000, () => fails())).rejects.toMatchObject({ indefinite: false });
  });
});

describe('a retry', () => {
  const policy = { tries: 3, firstPauseMillis: 100, longestPauseMillis: 150 };

  /** Lets time pass while the task is tried; returns how it ended and how often it was tried. */
  async function run(outcomes: (() => Promise<string>)[]) {
    const clock = new HandClock();
    const began = clock.now();
    let tries = 0;
    let ended: { answer?: string; error?: unknown } | undefined;
    retried({ clock, random: dice(7) }, policy, () => (outcomes[tries++] ?? (() => fails()))()).then(
      (answer) => {
        ended = { answer };
      },
      (error: unknown) => {
        ended = { error };
      },
    );
    while (!ended) {
      await turns();
      clock.advance(1);
    }
    return { ...ended, tries, took: clock.now() - began };
  }

  it('tries what failed again, after pauses, and no more often than it may', async () => {
    expect(await run([() => fails(), async () => 'yes'])).toMatchObject({ answer: 'yes', tries: 2 });
    const { error, tries, took } = await run([]);
    expect(tries).toBe(3);
    expect(error).toBeInstanceOf(Unavailable);
    expect(took).toBeLessThanOrEqual(100 + 150 + 10);
  });

  it('is in doubt when any of its tries was', async () => {
    const { error } = await run([() => fails(true)]);
    expect(error).toMatchObject({ indefinite: true });
    expect((await run([])).error).toMatchObject({ indefinite: false });
  });

  it('tries neither a defect again nor what was not even asked', async () => {
    expect((await run([() => Promise.reject(new TypeError('a bug'))])).tries).toBe(1);
    expect((await run([() => Promise.reject(new NotAsked('shut'))])).tries).toBe(1);
  });
});

describe('a bulkhead', () => {
  const limits = { atOnce: 2, waiting: 1, longestWaitMillis: 1_000 };

  it('runs so many at once, lets so many wait, and refuses the rest definitely', async () => {
    const bulkhead = new Bulkhead(new HandClock(), limits);
    const gates: (() => void)[] = [];
    const begun: string[] = [];
    const enter = (name: string) =>
      bulkhead.run(() => {
        begun.push(name);
        return new Promise<void>((open) => gates.push(open));
      });
    const first = [enter('a'), enter('b'), enter('c')];
    await turns();
    expect(begun).toEqual(['a', 'b']);
    expect(bulkhead.load).toBe(1);
    await expect(enter('d')).rejects.toMatchObject({ name: 'NotAsked', indefinite: false });
    gates[0]?.();
    await turns();
    expect(begun).toEqual(['a', 'b', 'c']);
    for (const open of gates) open();
    await Promise.all(first);
    expect(bulkhead.load).toBe(0);
  });

  it('lets nobody wait for ever, and gives the place of one who gave up to nobody', async () => {
    const clock = new HandClock();
    const bulkhead = new Bulkhead(clock, { ...limits, atOnce: 1 });
    let open: () => void = () => undefined;
    const first = bulkhead.run(() => new Promise<void>((done) => (open = done)));
    const second = bulkhead.run(async () => undefined);
    clock.advance(1_000);
    await expect(second).rejects.toBeInstanceOf(NotAsked);
    open();
    await first;
    expect(bulkhead.load).toBe(0);
    expect(await bulkhead.run(async () => 'yes')).toBe('yes');
  });

  it('never runs more than it may, whatever comes and goes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 30 }), async (lengths) => {
        const bulkhead = new Bulkhead(new HandClock(), { ...limits, waiting: 5 });
        let running = 0;
        const tasks = lengths.map((length) =>
          bulkhead
            .run(async () => {
              running++;
              expect(running).toBeLessThanOrEqual(2);
              for (let turn = 0; turn < length; turn++) await undefined;
              running--;
            })
            .catch((error) => expect(error).toBeInstanceOf(NotAsked)),
        );
        await Promise.all(tasks);
        expect(bulkhead.load).toBe(0);
      }),
    );
  });
});

describe('a circuit breaker', () => {
  const limits = { remembered: 4, leastOutcomes: 4, failureShare: 0.5, openMillis: 5_000, probes: 2 };
  const given = () => {
    const clock = new HandClock();
    return { clock, breaker: new CircuitBreaker(clock, limits) };
  };
  const well = (breaker: CircuitBreaker) => breaker.run(async () => 'yes');
  const ill = (breaker: CircuitBreaker) => breaker.run(() => fails()).catch(() => undefined);

  async function opened() {
    const { clock, breaker } = given();
    for (let n = 0; n < 4; n++) await ill(breaker);
    return { clock, breaker };
  }

  it('opens when too many of the latest failed, and then nobody asks', async () => {
    const { breaker } = given();
    await well(breaker);
    await well(breaker);
    await ill(breaker);
    expect(breaker.state).toBe('closed');
    await ill(breaker);
    expect(breaker.state).toBe('open');
    let asked = false;
    const refused = breaker.run(async () => {
      asked = true;
    });
    await expect(refused).rejects.toMatchObject({ name: 'NotAsked', retryAfterSeconds: 5 });
    expect(asked).toBe(false);
  });

  it('lets one at a time through after a while, and closes when they go well', async () => {
    const { clock, breaker } = await opened();
    clock.advance(5_000);
    const slow = breaker.run(() => turns());
    await expect(well(breaker)).rejects.toBeInstanceOf(NotAsked);
    await slow;
    expect(breaker.state).toBe('half_open');
    await well(breaker);
    expect(breaker.state).toBe('closed');
  });

  it('opens again when the probe fails', async () => {
    const { clock, breaker } = await opened();
    clock.advance(5_000);
    await ill(breaker);
    expect(breaker.state).toBe('open');
    clock.advance(5_000);
    await well(breaker);
    await well(breaker);
    expect(breaker.state).toBe('closed');
  });

  it('does not count what failed before and fails again, nor ends its probing with it', async () => {
    const { breaker } = given();
    const again = (that: CircuitBreaker) => that.run(() => fails(), 'says_nothing').catch(() => undefined);
    for (let n = 0; n < 6; n++) await again(breaker);
    expect(breaker.state).toBe('closed');
    const { clock, breaker: probed } = await opened();
    clock.advance(5_000);
    await again(probed);
    expect(probed.state).toBe('half_open');
    await probed.run(async () => 'yes', 'says_nothing');
    await well(probed);
    expect(probed.state).toBe('closed');
  });

  it('does not count a defect, nor what another policy kept back', async () => {
    const { breaker } = given();
    for (let n = 0; n < 6; n++) {
      await breaker.run(() => Promise.reject(new TypeError('a bug'))).catch(() => undefined);
      await breaker.run(() => Promise.reject(new NotAsked('full'))).catch(() => undefined);
    }
    expect(breaker.state).toBe('closed');
  });
});
