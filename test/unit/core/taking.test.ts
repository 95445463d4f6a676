import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../src/core/clock.ts';
import type { DeadLetter, Message } from '../../../src/core/message.ts';
import { ATTEMPTS_MAX, taking, Unacceptable } from '../../../src/core/taking.ts';
import { Unavailable } from '../../../src/core/unavailable.ts';
import { HandClock } from '../../backends/hand-clock.ts';

const message: Message = { messageId: 'm', topic: 't', key: 'k', body: 1, at: 1 };

/** Lets the clock run until the task has ended. */
async function run(clock: HandClock, task: Promise<void>): Promise<unknown> {
  let ended = false;
  const outcome = task.then(
    () => undefined,
    (error: unknown) => error,
  );
  void outcome.then(() => {
    ended = true;
  });
  while (!ended) {
    clock.advance(MINUTE);
    await new Promise(setImmediate);
  }
  return outcome;
}

function consumer(handle: () => void) {
  const clock = new HandClock();
  const letters: DeadLetter[] = [];
  const deadLetters = { put: async (letter: DeadLetter) => void letters.push(letter) };
  const take = taking('ann', handle, { clock, deadLetters });
  return { letters, clock, take: () => run(clock, take(message)) };
}

describe('a message that is handed to a consumer', () => {
  it('is tried again when the consumer failed of itself, and taken when it does not fail any more', async () => {
    let calls = 0;
    const { letters, take } = consumer(() => {
      if (++calls < ATTEMPTS_MAX) throw new TypeError('not yet');
    });
    expect(await take()).toBeUndefined();
    expect(calls).toBe(ATTEMPTS_MAX);
    expect(letters).toEqual([]);
  });

  it('is a dead letter at once when no further try could take it', async () => {
    let calls = 0;
    const { letters, take } = consumer(() => {
      calls++;
      throw new Unacceptable('it names nobody');
    });
    expect(await take()).toBeUndefined();
    expect(calls).toBe(1);
    expect(letters).toMatchObject([{ reason: 'Unacceptable: it names nobody', attempts: 1 }]);
  });

  it('becomes a dead letter with the last reason when it never is', async () => {
    let calls = 0;
    const { letters, take } = consumer(() => {
      throw new TypeError(`try ${++calls} ${'x'.repeat(1_000)}`);
    });
    expect(await take()).toBeUndefined();
    expect(letters).toMatchObject([{ consumer: 'ann', message, attempts: ATTEMPTS_MAX }]);
    expect(letters[0]?.reason).toMatch(new RegExp(`^TypeError: try ${ATTEMPTS_MAX} x+$`));
    expect(letters[0]?.reason.length).toBeLessThanOrEqual(500);
  });

  it('is given back at once, and blamed for nothing, when a back end failed', async () => {
    let calls = 0;
    const { letters, take } = consumer(() => {
      calls++;
      throw new Unavailable('the ledger is away');
    });
    expect(await take()).toMatchObject({ name: 'Unavailable' });
    expect(calls).toBe(1);
    expect(letters).toEqual([]);
  });
});
