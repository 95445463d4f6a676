import { expect, it } from 'vitest';
import { Conflict } from '../../src/core/conflict.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import type { Order } from '../../src/order/order.ts';
import type { OrderMessage } from '../../src/order/ports/order-store.ts';
import type { Payment } from '../../src/payment/payment.ts';
import type { Backend, Running } from '../backends/backend.ts';
import { onEach } from './on-each.ts';
import { orderOf } from './orders.ts';

export function orderStoreConformance(backends: readonly Backend[]): void {
  onEach(backends, 'OrderStore', (running) => {
    saving(running);
    finding(running);
  });
}

const messageOf = ({ orderId, eventId, userId }: Order): OrderMessage => ({
  messageId: `message of ${orderId}`,
  type: 'CONFIRMED',
  orderId,
  eventId,
  userId,
  at: 5,
});

const recordOf = ({ orderId }: Order) => ({
  key: { id: `order ${orderId}`, bodyHash: 'body' },
  reply: { orderId },
  at: 5,
});

const paymentOf = ({ orderId, amount }: Order): Payment => ({
  attemptId: `attempt of ${orderId}`,
  orderId,
  amount,
  currency: 'USD',
  state: 'CAPTURED',
  provider: 'mock',
  updatedAt: 3,
});

async function messagesOf({ ports }: Running, order: Order) {
  const waiting = await ports.outbox.waiting(1_000);
  return waiting
    .map(({ message }) => message)
    .filter(({ messageId }) => messageId === messageOf(order).messageId);
}

function saving(running: () => Running): void {
  it('save: the order, its message and its command record are durable when it resolves', async () => {
    const order = await orderOf(running());
    const record = recordOf(order);
    await running().ports.orderStore.save(order, { message: messageOf(order), record });
    await running().reopen();
    expect(await running().ports.orderStore.find(order.orderId)).toEqual(order);
    expect(await running().ports.commandLog.find(record.key.id)).toEqual(record);
    expect(await messagesOf(running(), order)).toMatchObject([
      { topic: 'order.events', key: String(order.eventId), body: messageOf(order) },
    ]);
  });

  it('save: messages of an order are steps of one trace, also where nobody collects any', async () => {
    const order = await orderOf(running());
    const save = (revision: number, messageId: string) => {
      const message = { ...messageOf(order), messageId };
      return running().ports.orderStore.save({ ...order, revision }, { message });
    };
    const ids = [`confirmed ${order.orderId}`, `cancelled ${order.orderId}`];
    await save(order.revision, ids[0] as string);
    await save(order.revision + 1, ids[1] as string);
    const waiting = await running().ports.outbox.waiting(1_000);
    const places = waiting
      .filter(({ message }) => ids.includes(message.messageId))
      .map(({ message }) =>
        /^00-([0-9a-f]{32})-([0-9a-f]{16})-0[01]$/.exec(message.headers?.traceparent ?? ''),
      );
    const [first, second] = places;
    expect(places.length).toBe(2);
    expect(first?.[1]).toBe(second?.[1]);
    expect(first?.[2]).not.toBe(second?.[2]);
    expect(first?.[1]).toMatch(/[1-9a-f]/);
  });

  it('save: all or nothing: when it fails, neither order nor message nor record nor what goes along is there', async () => {
    const order = await orderOf(running());
    running().faults.failNext();
    const along = running().ports.paymentStore.along(paymentOf(order), []);
    const more = { message: messageOf(order), record: recordOf(order), along };
    await expect(running().ports.orderStore.save(order, more)).rejects.toThrow(Unavailable);
    expect(await running().ports.orderStore.find(order.orderId)).toBeUndefined();
    expect(await running().ports.commandLog.find(more.record.key.id)).toBeUndefined();
    expect(await messagesOf(running(), order)).toEqual([]);
    expect(await running().ports.paymentStore.ofOrder(order.orderId)).toEqual([]);
  });

  it('save: a failed change leaves the order as it was, for every later reader', async () => {
    const order = await orderOf(running());
    const { orderStore } = running().ports;
    await orderStore.save(order);
    running().faults.failNext();
    await expect(orderStore.save({ ...order, revision: 2, state: 'AUTHORIZING' })).rejects.toThrow(
      Unavailable,
    );
    expect(await orderStore.find(order.orderId)).toEqual(order);
  });

  it('save: fenced: only a higher revision replaces what is there; else it throws Conflict', async () => {
    const order = await orderOf(running());
    const { orderStore } = running().ports;
    const newer: Order = { ...order, revision: 3, state: 'UNKNOWN' };
    await orderStore.save(order);
    await orderStore.save(newer);
    for (const revision of [2, 3]) {
      const late = orderStore.save(
        { ...order, revision, state: 'AUTHORIZING' },
        { message: messageOf(order) },
      );
      await expect(late).rejects.toThrow(Conflict);
    }
    expect(await orderStore.find(order.orderId)).toEqual(newer);
    expect(await messagesOf(running(), order)).toEqual([]);
    await running().reopen();
    expect(await running().ports.orderStore.find(order.orderId)).toEqual(newer);
  });

  it('answered: writes the record of a command, once', async () => {
    const order = await orderOf(running());
    const record = recordOf(order);
    await running().ports.orderStore.answered(record);
    await running().reopen();
    expect(await running().ports.commandLog.find(record.key.id)).toEqual(record);
    await expect(running().ports.orderStore.answered(record)).rejects.toThrow(Conflict);
  });

  it('save: keeps every field', async () => {
    const order = await orderOf(running(), {
      state: 'CANCELLED',
      revision: 9,
      dueAt: null,
      confirmedAt: 6,
      endedAt: 7,
      refunded: true,
      reason: '마음이 바뀌었어요',
      attempt: { attemptId: 'a', paymentId: 'p', startedAt: 3 },
    });
    await running().ports.orderStore.save(order);
    expect(await running().ports.orderStore.find(order.orderId)).toEqual(order);
  });
}

function finding(running: () => Running): void {
  it('find and findByReference: the order, or undefined', async () => {
    const order = await orderOf(running());
    const { orderStore } = running().ports;
    await orderStore.save(order);
    expect(await orderStore.findByReference(order.reference)).toEqual(order);
    expect(await orderStore.find(987_654_321)).toBeUndefined();
    expect(await orderStore.findByReference('BK-unknown')).toBeUndefined();
  });

  it('listOf: a buyer’s orders, newest first, at most `limit`', async () => {
    const { orderStore } = running().ports;
    const userId = `lister ${running().ports.ids.ulid()}`;
    const orders = [];
    for (let n = 0; n < 3; n++) orders.unshift(await orderOf(running(), { userId }));
    for (const order of orders) await orderStore.save(order);
    expect(await orderStore.listOf(userId, 9)).toEqual(orders);
    expect(await orderStore.listOf(userId, 2)).toEqual(orders.slice(0, 2));
  });

  it('due: orders whose driver must look at them by now, earliest first, at most `limit`', async () => {
    const { orderStore } = running().ports;
    const [late, early, ended, later] = [
      await orderOf(running(), { dueAt: 20 }),
      await orderOf(running(), { dueAt: 10 }),
      await orderOf(running(), { dueAt: null, state: 'CANCELLED' }),
      await orderOf(running(), { dueAt: 21 }),
    ];
    for (const order of [late, early, ended, later]) await orderStore.save(order);
    expect(await orderStore.due(20, 9)).toEqual([early, late]);
    expect(await orderStore.due(20, 1)).toEqual([early]);
    await orderStore.save({ ...early, revision: 2, dueAt: null, state: 'FAILED' });
    expect(await orderStore.due(20, 9)).toEqual([late]);
  });

  it('openOf: an event’s orders that are not at an end, by id, behind an id, at most `limit`', async () => {
    const { orderStore, ids } = running().ports;
    // Beyond those that other tests have orders for.
    const eventId = 5_000_000 + 2 * (await ids.nextBlock('event', 1));
    const states = ['PENDING', 'CONFIRMED', 'CANCELLED', 'REFUNDING', 'FAILED', 'UNKNOWN'] as const;
    const orders = [];
    for (const state of states) orders.push(await orderOf(running(), { eventId, state }));
    for (const order of orders) await orderStore.save(order);
    await orderStore.save(await orderOf(running(), { eventId: eventId + 1 }));
    const [pending, confirmed, , refunding, , unknown] = orders;
    expect(await orderStore.openOf(eventId, 0, 9)).toEqual([pending, confirmed, refunding, unknown]);
    expect(await orderStore.openOf(eventId, 0, 2)).toEqual([pending, confirmed]);
    expect(await orderStore.openOf(eventId, confirmed?.orderId ?? 0, 9)).toEqual([refunding, unknown]);
  });

  it('save: keeps that the house pays an order by itself', async () => {
    const order = await orderOf(running(), { automatic: true });
    await running().ports.orderStore.save(order);
    await running().reopen();
    expect(await running().ports.orderStore.find(order.orderId)).toEqual(order);
  });

  it('existing: which of these orders exist', async () => {
    const order = await orderOf(running());
    await running().ports.orderStore.save(order);
    expect(await running().ports.orderStore.existing([order.orderId, 987_654_321])).toEqual(
      new Set([order.orderId]),
    );
    expect(await running().ports.orderStore.existing([])).toEqual(new Set());
  });
}
