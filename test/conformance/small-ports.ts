import { expect, it } from 'vitest';
import { DAY } from '../../src/core/clock.ts';
import type { Message } from '../../src/core/message.ts';
import { relayOutbox } from '../../src/core/relay.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import type { Backend, Running } from '../backends/backend.ts';
import { onEach } from './on-each.ts';
import { orderOf } from './orders.ts';

export function commandLogConformance(backends: readonly Backend[]): void {
  onEach(backends, 'CommandLog', (running) => {
    it('find: the committed record under this id, at least a day later and across restarts', async () => {
      const order = await orderOf(running());
      const record = {
        key: { id: `command ${order.orderId}`, bodyHash: 'b' },
        reply: { 한글: [1, null] },
        at: 1,
      };
      await running().ports.orderStore.save(order, { record });
      running().clock.advance(DAY - 1);
      await running().reopen();
      expect(await running().ports.commandLog.find(record.key.id)).toEqual(record);
      expect(await running().ports.commandLog.find('no such command')).toBeUndefined();
    });

    it('holds one effect behind an id: a second one is not committed', async () => {
      const [first, second] = [await orderOf(running()), await orderOf(running())];
      const record = { key: { id: `twice ${first.orderId}`, bodyHash: 'b' }, reply: 1, at: 1 };
      await running().ports.orderStore.save(first, { record });
      await expect(running().ports.orderStore.save(second, { record })).rejects.toThrow(Unavailable);
      expect(await running().ports.orderStore.find(second.orderId)).toBeUndefined();
    });
  });
}

export function outboxConformance(backends: readonly Backend[]): void {
  onEach(backends, 'Outbox', (running) => {
    const send = async (type: 'CONFIRMED' | 'CANCELLED') => {
      const order = await orderOf(running());
      const { orderId, eventId, userId } = order;
      const message = { messageId: `${type} of ${orderId}`, type, orderId, eventId, userId, at: 4 };
      await running().ports.orderStore.save(order, { message });
      return message.messageId;
    };
    const waiting = async (limit = 1_000) =>
      (await running().ports.outbox.waiting(limit)).map(({ message }) => message.messageId);
    const drain = async ({ ports }: Running) => {
      while (
        (await relayOutbox(ports.outbox, { publish: async () => undefined, subscribe: () => undefined })) > 0
      );
    };

    it('waiting: the oldest, in the order of their commits, across restarts', async () => {
      await drain(running());
      const sent = [await send('CONFIRMED'), await send('CANCELLED'), await send('CONFIRMED')];
      await running().reopen();
      expect(await waiting()).toEqual(sent);
      expect(await waiting(2)).toEqual(sent.slice(0, 2));
    });

    it('length: how many wait', async () => {
      await drain(running());
      for (let n = 0; n < 3; n++) await send('CONFIRMED');
      expect(await running().ports.outbox.length()).toBe(3);
      await drain(running());
      expect(await running().ports.outbox.length()).toBe(0);
    });

    it('published: forgets what has been published, and only that', async () => {
      await drain(running());
      const sent = [await send('CONFIRMED'), await send('CONFIRMED')];
      const [first] = await running().ports.outbox.waiting(1);
      await running().ports.outbox.published(first ? [first.position] : []);
      await running().reopen();
      expect(await waiting()).toEqual(sent.slice(1));
    });

    it('publishes again what was published and not yet forgotten', async () => {
      await drain(running());
      const sent = [await send('CONFIRMED')];
      const seen: string[] = [];
      const bus = {
        publish: async (messages: readonly Message[]) => {
          seen.push(...messages.map(({ messageId }) => messageId));
        },
        subscribe: () => undefined,
      };
      running().faults.failNext();
      await expect(relayOutbox(running().ports.outbox, bus)).rejects.toThrow(Unavailable);
      expect(await relayOutbox(running().ports.outbox, bus)).toBe(1);
      expect(await relayOutbox(running().ports.outbox, bus)).toBe(0);
      expect(seen).toEqual([...sent, ...sent]);
    });
  });
}

export function idsConformance(backends: readonly Backend[]): void {
  onEach(backends, 'Ids', (running) => {
    it('next: never repeats, not over restarts either, and each kind counts by itself', async () => {
      const seen = new Set<number>();
      for (let round = 0; round < 3; round++) {
        for (let n = 0; n < 5; n++) seen.add(running().ports.ids.next('reservation'));
        await running().reopen();
      }
      expect(seen.size).toBe(15);
      const booking = running().ports.ids.next('booking');
      expect(Number.isSafeInteger(booking) && booking > 0).toBe(true);
    });

    it('next: goes on past the reserved block without waiting, while blocks come in time', async () => {
      const { ids } = running().ports;
      const first = ids.next('reservation');
      let last = first;
      for (let n = 0; n < 120_000; n++) {
        const next = ids.next('reservation');
        if (next <= last) throw new Error(`${next} after ${last}`);
        last = next;
        if (n % 10_000 === 0) await ids.nextBlock('reservation', 1); // Behind a block on its way: ids of a kind come in order.
      }
      expect(last - first).toBeGreaterThanOrEqual(120_000);
    });

    it('next: throws Unavailable when the block ran out before its successor came', () => {
      const { ids } = running().ports;
      const drain = () => {
        for (let n = 0; n < 200_000; n++) ids.next('booking');
      };
      expect(drain).toThrow(Unavailable);
    });

    it('nextBlock: consecutive ids that nobody else gets', async () => {
      const { ids } = running().ports;
      const firsts = await Promise.all([3, 5, 1, 4].map((count) => ids.nextBlock('seat', count)));
      const all = firsts.flatMap((first, index) =>
        Array.from({ length: [3, 5, 1, 4][index] ?? 0 }, (_, offset) => first + offset),
      );
      expect(new Set(all).size).toBe(13);
    });

    it('ulid: 26 characters, sortable by time', () => {
      const made: string[] = [];
      for (let n = 0; n < 100; n++) {
        made.push(running().ports.ids.ulid());
        if (n % 10 === 0) running().clock.advance(1);
      }
      expect(made.every((ulid) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(ulid))).toBe(true);
      expect(made).toEqual([...new Set(made)].sort());
    });
  });
}
