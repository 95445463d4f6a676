import { expect, it } from 'vitest';
import { DAY } from '../../src/core/clock.ts';
import type { Message } from '../../src/core/message.ts';
import { relayOutbox } from '../../src/core/relay.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import type { Payment } from '../../src/payment/payment.ts';
import type { Backend, Running } from '../backends/backend.ts';
import { onEach } from './on-each.ts';
import { orderOf } from './orders.ts';

export function paymentStoreConformance(backends: readonly Backend[]): void {
  onEach(backends, 'PaymentStore', (running) => {
    const payment = (orderId: number, more: Partial<Payment> = {}): Payment => ({
      ...{ attemptId: `attempt of ${orderId}`, orderId, amount: 100_50, currency: 'USD', state: 'CAPTURED' },
      ...{ provider: 'mock', updatedAt: 3, ...more },
    });

    it('save: durable when it resolves; the same attempt’s later state replaces the earlier one', async () => {
      const orderId = await running().ports.ids.nextBlock('booking', 1);
      const { paymentStore } = running().ports;
      await paymentStore.save(payment(orderId));
      await paymentStore.save(payment(orderId, { state: 'REFUNDED', updatedAt: 4 }));
      await running().reopen();
      expect(await running().ports.paymentStore.ofOrder(orderId)).toEqual([
        payment(orderId, { state: 'REFUNDED', updatedAt: 4 }),
      ]);
    });

    it('ofOrder: every attempt of an order', async () => {
      const orderId = await running().ports.ids.nextBlock('booking', 1);
      const attempts = ['first', 'second'].map((attempt) =>
        payment(orderId, { attemptId: `${attempt} ${orderId}` }),
      );
      for (const each of attempts) await running().ports.paymentStore.save(each);
      expect(await running().ports.paymentStore.ofOrder(orderId)).toEqual(expect.arrayContaining(attempts));
      expect(await running().ports.paymentStore.ofOrder(987_654_321)).toEqual([]);
    });
  });
}

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
        if (n % 10_000 === 0) await ids.nextBlock('event', 1);
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

export function eventBusConformance(backends: readonly Backend[]): void {
  onEach(backends, 'EventBus', (running) => {
    const message = (topic: string, n: number): Message => ({
      ...{ messageId: `${topic} ${n}`, topic, key: 'one key', body: { n }, at: n },
    });

    it('each consumer gets every message of the topic, those of one key in their order', async () => {
      const { eventBus } = running().ports;
      const heard: Record<string, string[]> = { ann: [], ben: [], other: [] };
      for (const consumer of ['ann', 'ben'])
        eventBus.subscribe('orders', consumer, ({ messageId }) => void heard[consumer]?.push(messageId));
      eventBus.subscribe('elsewhere', 'other', ({ messageId }) => void heard.other?.push(messageId));
      await eventBus.publish([1, 2, 3].map((n) => message('orders', n)));
      const all = ['orders 1', 'orders 2', 'orders 3'];
      expect(heard).toEqual({ ann: all, ben: all, other: [] });
    });

    it('publish: resolves when every subscriber has taken the message; one that throws gets it again', async () => {
      const { eventBus } = running().ports;
      const taken: string[] = [];
      let refusals = 1;
      eventBus.subscribe('retried', 'ann', async ({ messageId }) => {
        await new Promise(setImmediate);
        if (refusals-- > 0) throw new Error('not now');
        taken.push(messageId);
      });
      const publish = () => eventBus.publish([message('retried', 1)]);
      await publish().catch(() => publish());
      expect(taken).toEqual(['retried 1']);
    });
  });
}

export function paymentProviderConformance(backends: readonly Backend[]): void {
  onEach(backends, 'PaymentProvider', (running) => {
    let attempts = 0;
    /** An attempt that the provider answers as wanted; a provider that always says the other thing fails the test. */
    const attemptThatIs = async (wanted: 'authorized' | 'declined') => {
      for (let tries = 0; tries < 200; tries++) {
        const charge = { attemptId: `attempt ${++attempts}`, amount: 100_00, currency: 'USD' };
        if ((await running().ports.paymentProvider.authorize(charge)) === wanted) return charge;
      }
      throw new Error(`never ${wanted}`);
    };
    const stateOf = ({ attemptId }: { attemptId: string }) => running().ports.paymentProvider.find(attemptId);

    it.each(['authorized', 'declined'] as const)('authorize: asked again, is still %s', async (wanted) => {
      const charge = await attemptThatIs(wanted);
      for (let again = 0; again < 20; again++)
        expect(await running().ports.paymentProvider.authorize(charge)).toBe(wanted);
      expect(await stateOf(charge)).toBe(wanted);
    });

    it('authorize: asked again after the capture, takes nothing back', async () => {
      const { paymentProvider } = running().ports;
      const charge = await attemptThatIs('authorized');
      await paymentProvider.capture(charge);
      expect(await paymentProvider.authorize(charge)).toBe('authorized');
      expect(await stateOf(charge)).toBe('captured');
    });

    it('capture: takes reserved money, once; what was declined or let go of cannot be taken', async () => {
      const { paymentProvider } = running().ports;
      const charge = await attemptThatIs('authorized');
      expect([await paymentProvider.capture(charge), await paymentProvider.capture(charge)]).toEqual([
        'captured',
        'captured',
      ]);
      const no = await attemptThatIs('declined');
      expect(await paymentProvider.capture(no)).toBe('declined');
      expect(await stateOf(no)).toBe('declined');
      const voided = await attemptThatIs('authorized');
      await paymentProvider.void(voided);
      expect(await paymentProvider.capture(voided)).toBe('declined');
    });

    it('void: lets go of reserved money; harmless when there is none', async () => {
      const { paymentProvider } = running().ports;
      const charge = await attemptThatIs('authorized');
      await paymentProvider.void(charge);
      await paymentProvider.void(charge);
      expect(await stateOf(charge)).toBe('voided');
      const no = await attemptThatIs('declined');
      await paymentProvider.void(no);
      expect(await stateOf(no)).toBe('declined');
    });

    it('refund: gives captured money back, once', async () => {
      const { paymentProvider } = running().ports;
      const charge = await attemptThatIs('authorized');
      await paymentProvider.capture(charge);
      await paymentProvider.refund(charge);
      await paymentProvider.refund(charge);
      expect(await stateOf(charge)).toBe('refunded');
    });

    it('find: none for an attempt it never heard of', async () => {
      expect(await stateOf({ attemptId: 'never heard of' })).toBe('none');
    });
  });
}
