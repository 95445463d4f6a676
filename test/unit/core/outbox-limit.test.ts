import { expect, it } from 'vitest';
import { SECOND } from '../../../src/core/clock.ts';
import { OutboxLimit } from '../../../src/core/outbox-limit.ts';
import { HandClock } from '../../backends/hand-clock.ts';

it('an outbox past its limit lets nothing new begin until it has been emptied', async () => {
  const clock = new HandClock();
  let length = 3;
  const limit = new OutboxLimit({ length: async () => length }, 2);
  const stop = limit.keepLooking(clock);
  const look = async () => {
    clock.advance(5 * SECOND);
    await new Promise(setImmediate);
  };
  limit.check();
  await look();
  expect(() => limit.check()).toThrow('too many messages wait to be published');
  length = 2;
  await look();
  limit.check();
  stop();
});
