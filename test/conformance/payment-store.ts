import { expect, it } from 'vitest';
import { hashText } from '../../src/adapters/system/hash-text.ts';
import { isConflict } from '../../src/core/conflict.ts';
import { appended, type EntryDraft, flawsOf } from '../../src/payment/book.ts';
import type { Payment } from '../../src/payment/payment.ts';
import { captured, earned } from '../../src/payment/refunds.ts';
import type { Backend } from '../backends/backend.ts';
import { onEach } from './on-each.ts';
import { orderOf as newOrder } from './orders.ts';

export function paymentStoreConformance(backends: readonly Backend[]): void {
  onEach(backends, 'PaymentStore', (running) => {
    const payment = (orderId: number, more: Partial<Payment> = {}): Payment => ({
      attemptId: `attempt of ${orderId}`,
      orderId,
      amount: 100_50,
      currency: 'USD',
      state: 'CAPTURED',
      provider: 'mock',
      updatedAt: 3,
      ...more,
    });
    const orderOf = () => running().ports.ids.nextBlock('booking', 1);
    const booked = (orderId: number) => ({ ...payment(orderId), eventId: 7 });
    const behind = async (orderId: number, ...drafts: EntryDraft[]) =>
      appended(await running().ports.paymentStore.chain(orderId), drafts, { orderId, at: 5, hash: hashText });

    it('record: durable when it resolves, the payment and its entries together', async () => {
      const orderId = await orderOf();
      const entries = await behind(orderId, captured(booked(orderId)), earned(booked(orderId)));
      await running().ports.paymentStore.record(payment(orderId), entries);
      await running().reopen();
      const { paymentStore } = running().ports;
      expect(await paymentStore.ofOrder(orderId)).toEqual([payment(orderId)]);
      expect(await paymentStore.chain(orderId)).toEqual(entries);
      expect(flawsOf(entries, hashText)).toEqual([]);
    });

    it('record: a state replaces only one of a lower rank', async () => {
      const orderId = await orderOf();
      const { paymentStore } = running().ports;
      for (const state of [
        'AUTHORIZED',
        'CAPTURED',
        'DECLINED',
        'AUTHORIZED',
        'REFUNDED',
        'CAPTURED',
      ] as const)
        await paymentStore.record(payment(orderId, { state }));
      expect(await paymentStore.ofOrder(orderId)).toMatchObject([{ state: 'REFUNDED' }]);
    });

    it('record: an entry in a place that is taken is a conflict, and nothing of the call is written', async () => {
      const orderId = await orderOf();
      const [first] = await behind(orderId, captured(booked(orderId)));
      const { paymentStore } = running().ports;
      if (!first) throw new Error('no entry');
      await paymentStore.record(payment(orderId, { state: 'AUTHORIZED' }), [first]);
      const again = { ...first, source: 'another attempt' };
      const error = await paymentStore.record(payment(orderId), [again]).catch((thrown: unknown) => thrown);
      expect(isConflict(error)).toBe(true);
      expect(await paymentStore.ofOrder(orderId)).toMatchObject([{ state: 'AUTHORIZED' }]);
      expect(await paymentStore.chain(orderId)).toEqual([first]);
    });

    it('record: one entry of a kind and source an order, wherever it would stand', async () => {
      const orderId = await orderOf();
      const [first] = await behind(orderId, captured(booked(orderId)));
      const { paymentStore } = running().ports;
      if (!first) throw new Error('no entry');
      await paymentStore.record(payment(orderId), [first]);
      const error = await paymentStore
        .record(payment(orderId), [{ ...first, number: 2 }])
        .catch((thrown: unknown) => thrown);
      expect(isConflict(error)).toBe(true);
    });

    it('along: written by the commit it goes with, which throws the same', async () => {
      const orderId = await orderOf();
      const { orderStore, paymentStore } = running().ports;
      const entries = await behind(orderId, captured(booked(orderId)), earned(booked(orderId)));
      const along = paymentStore.along(payment(orderId), entries);
      expect(await paymentStore.ofOrder(orderId)).toEqual([]);
      const [first, second] = [await newOrder(running()), await newOrder(running())];
      await orderStore.save(first, { along });
      await running().reopen();
      const reopened = running().ports;
      expect(await reopened.paymentStore.ofOrder(orderId)).toEqual([payment(orderId)]);
      expect(await reopened.paymentStore.chain(orderId)).toEqual(entries);
      const error = await reopened.orderStore.save(second, { along }).catch((thrown: unknown) => thrown);
      expect(isConflict(error)).toBe(true);
      expect(await reopened.orderStore.find(second.orderId)).toBeUndefined();
    });

    it('ofOrder: every attempt of an order, and of no other', async () => {
      const orderId = await orderOf();
      const attempts = ['first', 'second'].map((attempt) =>
        payment(orderId, { attemptId: `${attempt} ${orderId}` }),
      );
      const { paymentStore } = running().ports;
      for (const each of attempts) await paymentStore.record(each);
      const found = await paymentStore.ofOrder(orderId);
      expect(found).toHaveLength(2);
      expect(found).toEqual(expect.arrayContaining(attempts));
      expect(await paymentStore.ofOrder(987_654_321)).toEqual([]);
      expect(await paymentStore.chain(987_654_321)).toEqual([]);
    });

    it('changed: the attempts of a time, earliest first, page by page', async () => {
      const { paymentStore } = running().ports;
      const base = 1_000_000 + 1_000 * (await orderOf());
      const made: Payment[] = [];
      for (const updatedAt of [base + 2, base, base + 2, base + 1, base + 9]) {
        const orderId = await orderOf();
        made.push(payment(orderId, { updatedAt }));
        await paymentStore.record(payment(orderId, { updatedAt }));
      }
      const range = { from: base, to: base + 9 };
      const seen: Payment[] = [];
      for (;;) {
        const after = seen.at(-1);
        const page = await paymentStore.changed({ ...range, ...(after && { after }) }, 2);
        expect(page.length).toBeLessThanOrEqual(2);
        seen.push(...page);
        if (page.length === 0) break;
      }
      expect(seen.map(({ updatedAt }) => updatedAt - base)).toEqual([0, 1, 2, 2]);
      expect(new Set(seen.map(({ attemptId }) => attemptId)).size).toBe(4);
    });
  });

  onEach(backends, 'ProviderReferences', (running) => {
    it('keep: durable, and an attempt’s first reference stays', async () => {
      const attempt = { attemptId: `a ${await running().ports.ids.nextBlock('booking', 1)}`, orderId: 5 };
      const [first, second] = [`${attempt.attemptId} 1`, `${attempt.attemptId} 2`];
      expect(await running().ports.paymentReferences.keep('p', attempt, first)).toBe(first);
      expect(await running().ports.paymentReferences.keep('p', attempt, second)).toBe(first);
      await running().reopen();
      const { paymentReferences } = running().ports;
      expect(await paymentReferences.referenceOf('p', attempt.attemptId)).toBe(first);
      expect(await paymentReferences.referenceOf('q', attempt.attemptId)).toBeUndefined();
      expect(await paymentReferences.attemptOf('p', first)).toEqual(attempt);
      expect(await paymentReferences.attemptOf('p', second)).toBeUndefined();
      expect(await paymentReferences.attemptOf('q', first)).toBeUndefined();
    });

    it('attemptOf: the latest of the attempts that one name stands for', async () => {
      const { ids, paymentReferences } = running().ports;
      const name = `name ${ids.ulid()}`;
      const attempts = [1, 2].map((orderId) => ({ attemptId: ids.ulid(), orderId }));
      for (const each of attempts) await paymentReferences.keep('p', each, name);
      expect(await paymentReferences.attemptOf('p', name)).toEqual(attempts[1]);
    });
  });

  onEach(backends, 'NoticeLog', (running) => {
    it('note: durable, by provider and id, and harmless when repeated', async () => {
      const id = `evt ${running().ports.ids.ulid()}`;
      expect(await running().ports.paymentNotices.has('p', id)).toBe(false);
      await running().ports.paymentNotices.note('p', id, 10);
      await running().ports.paymentNotices.note('p', id, 11);
      await running().reopen();
      const { paymentNotices } = running().ports;
      expect(await paymentNotices.has('p', id)).toBe(true);
      expect(await paymentNotices.has('q', id)).toBe(false);
    });

    it('forget: those noted before a time', async () => {
      const { ids, paymentNotices } = running().ports;
      const [old, young] = [ids.ulid(), ids.ulid()];
      await paymentNotices.note('p', old, 1_000);
      await paymentNotices.note('p', young, 2_000);
      await paymentNotices.forget(2_000);
      expect([await paymentNotices.has('p', old), await paymentNotices.has('p', young)]).toEqual([
        false,
        true,
      ]);
    });
  });
}
