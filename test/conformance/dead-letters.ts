import { expect, it } from 'vitest';
import type { DeadLetter } from '../../src/core/message.ts';
import type { Backend } from '../backends/backend.ts';
import { onEach } from './on-each.ts';

const NOW = 1_700_000_000_000;
let count = 0;

function letter(more: Partial<DeadLetter> = {}): DeadLetter {
  const n = ++count;
  const body = { 한글: [n, null] };
  return {
    consumer: 'ticket',
    reason: `TypeError: ${n}`,
    attempts: 5,
    at: NOW + n,
    message: { messageId: `dead ${n}`, topic: 'order.events', key: '1', body, at: NOW },
    ...more,
  };
}

export function deadLetterStoreConformance(backends: readonly Backend[]): void {
  onEach(backends, 'DeadLetterStore', (running) => {
    const letters = () => running().ports.deadLetters;

    it('put: durable when it resolves; latest: the latest first, at most `limit`', async () => {
      const traced = letter();
      const headers = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
      const [first, second] = [
        letter(),
        { ...traced, at: NOW + ++count, message: { ...traced.message, headers } },
      ];
      const before = await letters().count();
      for (const each of [first, second]) await letters().put(each);
      await running().reopen();
      expect(await letters().latest(2)).toEqual([second, first]);
      expect(await letters().latest(1)).toEqual([second]);
      expect(await letters().count()).toBe(before + 2);
    });

    it('put: a message that its consumer gave up before changes nothing; another consumer has its own', async () => {
      const first = letter();
      await letters().put(first);
      await letters().put({ ...first, reason: 'another', attempts: 9, at: NOW + 1_000_000 });
      await letters().put({ ...first, consumer: 'other' });
      const { messageId } = first.message;
      expect(await letters().find('ticket', messageId)).toEqual(first);
      expect(await letters().find('other', messageId)).toEqual({ ...first, consumer: 'other' });
      expect(await letters().find('nobody', messageId)).toBeUndefined();
    });

    it('replay: the message is sent again and the letter is gone, both or neither', async () => {
      const replayed = letter();
      const { messageId } = replayed.message;
      await letters().put(replayed);
      const sent = async () =>
        (await running().ports.outbox.waiting(1_000))
          .map(({ message }) => message)
          .filter((each) => each.messageId === messageId);
      running().faults.failNext();
      await expect(letters().replay(replayed)).rejects.toThrow();
      expect(await letters().find('ticket', messageId)).toEqual(replayed);
      expect(await sent()).toEqual([]);
      await letters().replay(replayed);
      expect(await letters().find('ticket', messageId)).toBeUndefined();
      expect(await sent()).toEqual([replayed.message]);
    });

    it('drop: takes it off the list', async () => {
      const dropped = letter();
      await letters().put(dropped);
      await letters().drop(dropped);
      expect(await letters().find('ticket', dropped.message.messageId)).toBeUndefined();
    });
  });
}
