import { expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../src/core/clock.ts';
import type { DeadLetter, Message } from '../../../src/core/message.ts';
import { watchMessages } from '../../../src/dead-letter/jobs.ts';
import { HandClock } from '../../backends/hand-clock.ts';

/** Passes the time in small steps, as the jobs need it. */
async function pass(clock: HandClock, millis: number): Promise<void> {
  for (let passed = 0; passed < millis; passed += SECOND) {
    clock.advance(SECOND);
    await new Promise(setImmediate);
  }
}

function watched() {
  const clock = new HandClock();
  const waiting: { position: number; message: Message }[] = [];
  const letters: DeadLetter[] = [];
  const said: string[] = [];
  const stop = watchMessages({
    outbox: { waiting: async (limit) => waiting.slice(0, limit), length: async () => waiting.length },
    letters: { latest: async (limit) => letters.slice(0, limit) },
    clock,
    warn: (sentence) => said.push(sentence),
  });
  const message = (): Message => ({ messageId: 'm1', topic: 't', key: 'k', body: 1, at: clock.now() });
  return { clock, waiting, letters, said, stop, message };
}

it('says that messages are not published, once a minute while it lasts', async () => {
  const { clock, waiting, said, stop, message } = watched();
  waiting.push({ position: 1, message: message() });
  await pass(clock, 25 * SECOND);
  expect(said).toEqual([]);
  await pass(clock, 20 * SECOND);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^messages are not published: 1 wait, the oldest for \d+ s/);
  await pass(clock, 2 * MINUTE);
  expect(said.length).toBeGreaterThan(1);
  expect(said.length).toBeLessThan(5);
  waiting.pop();
  const before = said.length;
  await pass(clock, 2 * MINUTE);
  expect(said).toHaveLength(before);
  stop();
});

it('says which message a consumer gave up, and why', async () => {
  const { clock, letters, said, stop, message } = watched();
  await pass(clock, 11 * SECOND);
  letters.push({
    consumer: 'ticket',
    message: message(),
    reason: 'TypeError: x',
    attempts: 5,
    at: clock.now(),
  });
  await pass(clock, 30 * SECOND);
  expect(said).toEqual(['ticket gave up message m1 (TypeError: x): see /api/v1/dead-letters']);
  stop();
});
