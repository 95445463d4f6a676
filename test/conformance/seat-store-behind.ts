import { expect, it } from 'vitest';
import { MINUTE } from '../../src/core/clock.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import type { Backend, Running } from '../backends/backend.ts';
import { openEvent, turnsOfTheLoop } from '../backends/halls.ts';
import { claimed, granted, holdOn, payFor, refusedWith, sell } from '../backends/seat-commands.ts';
import { onEach } from './on-each.ts';

/** Holds are decided in a server and follow into the ledger; what goes with money waits for the ledger. */
export function seatStoreBehind(backends: readonly Backend[]): void {
  const inAServer = backends.filter(({ claimsAre }) => claimsAre === 'in a server');
  onEach(inAServer, 'SeatStore whose holds follow into the ledger', (running) => {
    holds(running);
    money(running);
    repeats(running);
  });
}

type Get = () => Running;

/** An event whose seats are in the server, and a store with ids for holds in hand. */
async function loaded(running: Running) {
  const event = await openEvent(running, { rows: 2 });
  const last = event.seatIds.slice(-1);
  granted(await running.ports.seatStore.execute(holdOn(event.eventId, last, 'early')));
  await running.settled();
  return event;
}

function holds(running: Get): void {
  it('a hold is answered while the ledger waits, and is in the ledger once it goes on', async () => {
    const { eventId, seatIds } = await loaded(running());
    const { seatStore, seatLedger, holdHistory } = running().ports;
    const resume = running().faults.pause();
    const { holds } = granted(await seatStore.execute(holdOn(eventId, seatIds.slice(0, 2), 'ann')));
    const other = await seatStore.execute(holdOn(eventId, seatIds.slice(1, 3), 'ben'));
    expect(refusedWith(other)).toBe('SEATS_TAKEN');
    expect(await seatLedger.counts(eventId)).toMatchObject({ HELD: 1 });
    resume();
    expect(await holdHistory.hold(holds[0]?.holdId ?? 0)).toEqual(holds[0]);
    expect(await seatLedger.counts(eventId)).toMatchObject({ HELD: 3 });
  });

  it('what the ledger did not take is written again, in order, and once', async () => {
    const { eventId, seatIds } = await loaded(running());
    const { seatStore, holdHistory } = running().ports;
    const seat = seatIds.slice(0, 1);
    running().faults.failNext();
    for (let round = 0; round < 3; round++) {
      const { holds } = granted(await seatStore.execute(holdOn(eventId, seat, 'ann')));
      const holdIds = holds.map(({ holdId }) => holdId);
      granted(await seatStore.execute({ type: 'release_holds', eventId, holdIds, userId: 'ann' }));
    }
    const history = await holdHistory.seatHistory(eventId, seat[0] as number, 99);
    expect(history.map(({ cause }) => cause)).toEqual(Array(3).fill(['hold', 'release']).flat());
    const numbers = history.map(({ number }) => number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it('a history is read only when the ledger has followed', async () => {
    const { eventId, seatIds } = await loaded(running());
    const { seatStore, holdHistory } = running().ports;
    const resume = running().faults.pause();
    granted(await seatStore.execute(holdOn(eventId, seatIds.slice(0, 2), `reader of ${eventId}`)));
    let isRead = false;
    const reading = holdHistory
      .holdsOf(`reader of ${eventId}`, { eventId, liveOnly: true, limit: 9 })
      .then((found) => {
        isRead = true;
        return found;
      });
    await new Promise(setImmediate);
    expect(isRead).toBe(false);
    resume();
    expect(await reading).toHaveLength(2);
  });
}

function money(running: Get): void {
  const held = async (user: string, count = 1) => {
    const { eventId, seatIds } = await loaded(running());
    const seats = seatIds.slice(0, count);
    granted(await running().ports.seatStore.execute(holdOn(eventId, seats, user)));
    const deadline = running().clock.now() + 5 * MINUTE;
    return { eventId, seatIds: seats, deadline, others: seatIds.slice(4, 5) };
  };
  const paying = async (user: string, orderId: number) => {
    const event = await held(user);
    const reply = await running().ports.seatStore.execute(
      payFor(event.eventId, { ...event, orderId, userId: user }),
    );
    return { ...event, holds: granted(reply).holds };
  };

  it('a payment begins only when the ledger has it', async () => {
    const { eventId, seatIds, deadline } = await held('ann');
    await running().settled();
    const resume = running().faults.pause();
    let isAnswered = false;
    const beginning = running()
      .ports.seatStore.execute(payFor(eventId, { orderId: 5, userId: 'ann', seatIds, deadline }))
      .finally(() => {
        isAnswered = true;
      });
    await turnsOfTheLoop(running());
    expect(isAnswered).toBe(false);
    resume();
    granted(await beginning);
    expect(await running().ports.seatLedger.counts(eventId)).toMatchObject({ PAYING: 1 });
  });

  it('a sale that the ledger did not take has not happened, and the claim goes on', async () => {
    const { eventId, holds } = await paying('ann', 6);
    const { seatStore } = running().ports;
    running().faults.failNext();
    await expect(seatStore.execute(sell(eventId, 6, 'ann', holds))).rejects.toThrow(Unavailable);
    expect(await seatStore.counts(eventId)).toMatchObject({ PAYING: 1, SOLD: 0 });
    granted(await seatStore.execute(sell(eventId, 6, 'ann', holds)));
    expect(await seatStore.counts(eventId)).toMatchObject({ PAYING: 0, SOLD: 1 });
  });

  it('a sale of which nobody knows whether the ledger took it is settled by asking again', async () => {
    const { eventId, holds } = await paying('ann', 7);
    const { seatStore } = running().ports;
    running().faults.failNext('silent');
    const outcome = await seatStore.execute(sell(eventId, 7, 'ann', holds)).catch((error: unknown) => error);
    expect(outcome).toMatchObject({ indefinite: true });
    running().clock.advance(11 * MINUTE);
    expect(await seatStore.counts(eventId)).toMatchObject({ PAYING: 0, SOLD: 0 });
    const { holds: sold } = granted(await seatStore.execute(sell(eventId, 7, 'ann', holds)));
    expect(sold[0]?.fence).toBeGreaterThan(holds[0]?.fence ?? 0);
  });

  it('a payment that is over is not freed before the ledger has said that it was not sold', async () => {
    const { eventId, seatIds, holds, others } = await paying('ann', 8);
    const { seatStore } = running().ports;
    running().clock.advance(20 * MINUTE);
    // A hold elsewhere ends what is held and over, and leaves payments alone.
    granted(await seatStore.execute(holdOn(eventId, others, 'eve')));
    await running().settled();
    running().faults.failNext();
    const early = seatStore.execute(holdOn(eventId, seatIds, 'ben'));
    await expect(early).rejects.toThrow(Unavailable);
    granted(await seatStore.execute(holdOn(eventId, seatIds, 'ben')));
    expect(refusedWith(await seatStore.execute(sell(eventId, 8, 'ann', holds)))).toBe('SEATS_LOST');
  });

  it('end_payment and return_sale: nothing is free before the ledger has it, and asked again it is harmless', async () => {
    const first = await paying('ann', 9);
    const { seatStore } = running().ports;
    const ending = {
      type: 'end_payment' as const,
      eventId: first.eventId,
      orderId: 9,
      actor: null,
      seats: claimed(first.holds),
      outcome: 'booking_cancelled' as const,
    };
    running().faults.failNext();
    await expect(seatStore.execute(ending)).rejects.toThrow(Unavailable);
    expect(await seatStore.counts(first.eventId)).toMatchObject({ PAYING: 1 });
    expect(await seatStore.execute(ending)).toEqual({ freed: 1 });
    expect(await seatStore.execute(ending)).toEqual({ freed: 0 });

    const second = await paying('ann', 10);
    const { eventId } = second;
    granted(await seatStore.execute(sell(eventId, 10, 'ann', second.holds)));
    const returning = {
      type: 'return_sale' as const,
      eventId,
      orderId: 10,
      seats: claimed(second.holds),
      actor: null,
    };
    running().faults.failNext();
    await expect(seatStore.execute(returning)).rejects.toThrow(Unavailable);
    expect(await seatStore.counts(eventId)).toMatchObject({ SOLD: 1 });
    expect(await seatStore.execute(returning)).toEqual({ freed: 1 });
    expect(await seatStore.execute(returning)).toEqual({ freed: 0 });
  });
}

function repeats(running: Get): void {
  it('a command asked again under its key is answered as before, by any program; with another body it is refused', async () => {
    const { eventId, seatIds } = await loaded(running());
    const key = { id: `hold, ${eventId}\n%`, bodyHash: 'body' };
    const command = holdOn(eventId, seatIds.slice(0, 2), 'ann', { key });
    const first = granted(await running().ports.seatStore.execute(command));
    expect(await running().ports.seatStore.execute(command)).toEqual(first);
    await running().reopen();
    expect(await running().ports.seatStore.execute(command)).toEqual(first);
    const other = { ...command, key: { ...key, bodyHash: 'other' } };
    expect(refusedWith(await running().ports.seatStore.execute(other))).toBe('IDEMPOTENCY_MISMATCH');
    expect(await running().ports.seatStore.counts(eventId)).toMatchObject({ HELD: 3 });
  });

  it('holds that keep their order are decided in it, and none when another node may be at it', async () => {
    const { eventId, seatIds } = await loaded(running());
    const { seatStore } = running().ports;
    const [contested, other] = seatIds as [number, number];
    const inOrderUntil = running().clock.now() + MINUTE;
    const inOrder = (userId: string, seats: number[], terms = {}) =>
      seatStore.execute({ ...holdOn(eventId, seats, userId, { terms }), inOrderUntil });
    // Other terms go to the server by themselves.
    const replies = await Promise.all([
      inOrder('ann', [contested]),
      inOrder('ben', [contested, other], { holdMillis: MINUTE }),
      inOrder('cai', [other]),
    ]);
    expect(replies.map(refusedWith)).toEqual([undefined, 'SEATS_TAKEN', undefined]);
    running().clock.advance(MINUTE);
    await expect(inOrder('dan', seatIds.slice(2, 3))).rejects.toMatchObject({
      name: 'Unavailable',
      indefinite: false,
    });
    expect(await seatStore.counts(eventId)).toMatchObject({ HELD: 3 });
  });

  it('holds of one turn are answered as one by one: repeated, with another body, taken by one before', async () => {
    const { eventId, seatIds } = await loaded(running());
    const { seatStore } = running().ports;
    const key = (name: string, bodyHash = 'body') => ({ id: `${name} of ${eventId}`, bodyHash });
    const hold = (seat: number, userId: string, of = key(userId)) =>
      seatStore.execute(holdOn(eventId, seatIds.slice(seat, seat + 1), userId, { key: of }));
    const before = granted(await hold(0, 'ann'));
    const replies = await Promise.all([
      hold(1, 'ben'),
      hold(0, 'ann'),
      hold(1, 'zoe'),
      hold(2, 'ann', key('ann', 'another')),
      hold(1, 'ben'),
      hold(2, 'zoe', key('of zoe alone')),
    ]);
    const [ben, again, , , twice, zoe] = replies;
    expect(replies.map((reply) => refusedWith(reply) ?? 'held')).toEqual([
      'held',
      'held',
      'SEATS_TAKEN',
      'IDEMPOTENCY_MISMATCH',
      'held',
      'held',
    ]);
    expect(again).toEqual(before);
    expect(twice).toEqual(ben);
    expect(zoe).toMatchObject({ holds: [{ userId: 'zoe', seatId: seatIds[2] }] });
    await running().settled();
    expect(await running().ports.seatLedger.counts(eventId)).toMatchObject({ HELD: 4 });
  });

  it('more holds of one turn than go into one script are decided in the order of arrival', async () => {
    const { eventId, seatIds } = await loaded(running());
    const { seatStore } = running().ports;
    const buyers = Array.from({ length: 300 }, (_, index) => `buyer ${index}`);
    const replies = await Promise.all(
      buyers.map((userId, index) => {
        const seat = index % 3;
        return seatStore.execute(holdOn(eventId, seatIds.slice(seat, seat + 1), userId));
      }),
    );
    expect(replies.flatMap((reply, index) => (refusedWith(reply) ? [] : [index]))).toEqual([0, 1, 2]);
  });
}
