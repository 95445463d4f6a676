import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../src/core/clock.ts';
import { granted, refusedWith } from '../../backends/seat-commands.ts';
import { claimant, overOf, waitingQueue } from './queue.ts';

describe('a request', () => {
  it('waits, is served, and holds its seats from the moment it is served', async () => {
    const { running, ask, seatIds, serve, eventId } = await waitingQueue(3);
    const { requestId, position } = granted(await ask('ann', seatIds[0] as number));
    expect(position).toBe(1);
    expect(granted(await running.sale.requests.request(requestId, 'ann'))).toMatchObject({
      request: { state: 'PENDING' },
      position: 1,
    });
    running.clock.advance(5 * MINUTE);
    const stop = serve();
    const request = await overOf(running, requestId, 'ann');
    expect(request).toMatchObject({ state: 'COMPLETED', held: { amount: 100_00 } });
    expect(request.held?.expiresAt).toBeGreaterThanOrEqual(running.clock.now() + 9 * MINUTE);
    expect(await running.sale.seatStore.counts(eventId)).toMatchObject({ HELD: 1 });
    stop();
  });

  it('for a taken seat fails with the reason that v1 gives', async () => {
    const { running, ask, seatIds, serve } = await waitingQueue(1);
    const first = granted(await ask('ann', seatIds[0] as number));
    const second = granted(await ask('ben', seatIds[0] as number));
    const stop = serve();
    expect((await overOf(running, first.requestId, 'ann')).state).toBe('COMPLETED');
    expect(await overOf(running, second.requestId, 'ben')).toMatchObject({
      state: 'FAILED',
      reason: { refused: 'SEATS_TAKEN', facts: { seats: 'A1' } },
    });
    stop();
  });

  it('is refused at once where it could never succeed', async () => {
    const { running, eventId, seatIds } = await waitingQueue(2);
    const { requests, catalog } = running.sale;
    const wish = { eventId, seatIds, entitled: 'normal', asked: undefined } as const;
    const many = Array.from({ length: 11 }, (_, index) => index + 1);
    expect(refusedWith(await requests.accept({ ...wish, eventId: 77 }, claimant('a')))).toBe(
      'EVENT_NOT_FOUND',
    );
    expect(refusedWith(await requests.accept({ ...wish, seatIds: many }, claimant('a')))).toBe(
      'TOO_MANY_SEATS',
    );
    await catalog.change(eventId, { status: 'PAUSED' });
    expect(refusedWith(await requests.accept(wish, claimant('a')))).toBe('SALE_NOT_OPEN');
  });

  it('of somebody else answers exactly like none', async () => {
    const { running, ask, seatIds } = await waitingQueue(1);
    const { requestId } = granted(await ask('ann', seatIds[0] as number));
    const { requests } = running.sale;
    for (const id of [requestId, 'none']) {
      expect(await requests.request(id, 'eve')).toEqual({ refused: 'REQUEST_NOT_FOUND' });
      expect(await requests.cancel(id, 'eve')).toEqual({ refused: 'REQUEST_NOT_FOUND' });
    }
  });

  it('sent again with its key is the same request', async () => {
    const { running, ask, seatIds, eventId, serve } = await waitingQueue(2);
    const key = { id: 'k', bodyHash: 'b' };
    const first = granted(await ask('ann', seatIds[0] as number, 'normal', key));
    await ask('ben', seatIds[1] as number);
    expect(granted(await ask('ann', seatIds[0] as number, 'normal', key))).toEqual(first);
    await running.restart();
    expect(granted(await ask('ann', seatIds[0] as number, 'normal', key))).toEqual(first);
    expect((await running.sale.requests.stats(eventId)).lanes.normal.waiting).toBe(2);
    const stop = serve();
    await overOf(running, first.requestId, 'ann');
    expect(granted(await ask('ann', seatIds[0] as number, 'normal', key))).toEqual(first);
    stop();
  });
});

describe('a cancelled request', () => {
  it('never has an effect, and answers the same when asked again', async () => {
    const { running, ask, seatIds, eventId, serve } = await waitingQueue(1);
    const { requestId } = granted(await ask('ann', seatIds[0] as number));
    const { requests } = running.sale;
    expect(granted(await requests.cancel(requestId, 'ann')).state).toBe('CANCELLED');
    expect(granted(await requests.cancel(requestId, 'ann')).state).toBe('CANCELLED');
    const other = granted(await ask('ben', seatIds[0] as number));
    const stop = serve();
    expect((await overOf(running, other.requestId, 'ben')).state).toBe('COMPLETED');
    expect(await running.sale.seatStore.counts(eventId)).toMatchObject({ HELD: 1 });
    await running.restart();
    expect(granted(await running.sale.requests.request(requestId, 'ann')).request.state).toBe('CANCELLED');
    stop();
  });

  it('is one or the other when it is claimed at the same time', async () => {
    const { running, ask, seatIds, serve } = await waitingQueue(1);
    const { requestId } = granted(await ask('ann', seatIds[0] as number));
    const stop = serve();
    await undefined;
    const cancelled = granted(await running.sale.requests.cancel(requestId, 'ann'));
    const over = await overOf(running, requestId, 'ann');
    expect(over.state).toBe(cancelled.state === 'CANCELLED' ? 'CANCELLED' : 'COMPLETED');
    stop();
  });

  it('that was served already stays as it is', async () => {
    const { running, ask, seatIds, serve } = await waitingQueue(1);
    const { requestId } = granted(await ask('ann', seatIds[0] as number));
    const stop = serve();
    await overOf(running, requestId, 'ann');
    expect(granted(await running.sale.requests.cancel(requestId, 'ann')).state).toBe('COMPLETED');
    stop();
  });
});

describe('the queue', () => {
  it('is served high before normal before low, each in its order', async () => {
    const { running, ask, seatIds, serve } = await waitingQueue(6);
    const lanes = ['low', 'normal', 'high', 'low', 'normal', 'high'] as const;
    const receipts = [];
    for (const [index, lane] of lanes.entries())
      receipts.push(granted(await ask(`b${index}`, seatIds[index] as number, lane)));
    expect(receipts.map(({ position }) => position)).toEqual([1, 1, 1, 4, 3, 2]);
    const stop = serve();
    const held = [];
    for (const [index, { requestId }] of receipts.entries())
      held.push((await overOf(running, requestId, `b${index}`)).held?.reservationIds[0] as number);
    const order = held.map((id, index) => ({ id, index })).sort((a, b) => a.id - b.id);
    expect(order.map(({ index }) => index)).toEqual([2, 5, 1, 4, 0, 3]);
    stop();
  });

  it('survives a restart, in its order', async () => {
    const { running, ask, seatIds, serve, eventId } = await waitingQueue(5);
    const receipts = [];
    for (const [index, seatId] of seatIds.entries()) receipts.push(granted(await ask(`b${index}`, seatId)));
    await running.restart();
    expect((await running.sale.requests.stats(eventId)).lanes.normal).toEqual({ waiting: 5, claimed: 0 });
    const stop = serve();
    const held = [];
    for (const [index, { requestId }] of receipts.entries())
      held.push((await overOf(running, requestId, `b${index}`)).held?.reservationIds[0] as number);
    expect(held).toEqual([...held].sort((a, b) => a - b));
    stop();
  });

  it('is bounded, for an event and for a buyer', async () => {
    const { ask, seatIds } = await waitingQueue(3, { QUEUE_MAX_PER_EVENT: '3', QUEUE_MAX_PER_USER: '2' });
    const [first, second] = seatIds as [number, number];
    expect(refusedWith(await ask('ann', first))).toBeUndefined();
    expect(refusedWith(await ask('ann', second))).toBeUndefined();
    expect(await ask('ann', second)).toEqual({ refused: 'REQUEST_LIMIT', facts: { limit: 2 } });
    expect(refusedWith(await ask('ben', first))).toBeUndefined();
    expect(refusedWith(await ask('cid', first))).toBe('QUEUE_FULL');
  });

  it('does a request once, whatever commit of its way fails', async () => {
    for (let failing = 0; failing < 8; failing++) {
      const { running, ask, seatIds, serve, eventId } = await waitingQueue(2);
      const first = granted(await ask('ann', seatIds[0] as number));
      const second = granted(await ask('ben', seatIds[1] as number));
      running.faults.failAfter(failing);
      const stop = serve();
      expect((await overOf(running, first.requestId, 'ann')).state).toBe('COMPLETED');
      expect((await overOf(running, second.requestId, 'ben')).state).toBe('COMPLETED');
      expect(await running.sale.seatStore.counts(eventId)).toMatchObject({ HELD: 2 });
      stop();
    }
  });

  it('does not serve what waited too long', async () => {
    const { running, ask, seatIds, serve } = await waitingQueue(1, { QUEUE_WAIT_SECONDS: '60' });
    const { requestId } = granted(await ask('ann', seatIds[0] as number));
    running.clock.advance(2 * MINUTE);
    const stop = serve();
    expect(await overOf(running, requestId, 'ann')).toMatchObject({
      state: 'EXPIRED',
      reason: { refused: 'REQUEST_EXPIRED' },
    });
    stop();
  });
});
