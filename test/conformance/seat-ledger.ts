import { expect, it } from 'vitest';
import { MINUTE } from '../../src/core/clock.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import { type Changes, Claims } from '../../src/reservation/claims.ts';
import type { SeatCommand } from '../../src/reservation/command.ts';
import { decide } from '../../src/reservation/decisions/decide.ts';
import { expireDue } from '../../src/reservation/decisions/hold-end.ts';
import { Hall } from '../../src/reservation/hall.ts';
import type { Hold } from '../../src/reservation/hold.ts';
import type { Backend, Running } from '../backends/backend.ts';
import { openEvent } from '../backends/halls.ts';
import { claimed, granted, holdOn, payFor, sell } from '../backends/seat-commands.ts';
import { onEach } from './on-each.ts';

/** SeatLedger and HoldHistory: what was appended is what is read. */
export function seatLedgerConformance(backends: readonly Backend[]): void {
  onEach(backends, 'SeatLedger and HoldHistory', (running) => {
    appending(running);
    reading(running);
    histories(running);
  });
}

/** An event whose decisions are taken here and appended by the test. */
async function desk(running: Running) {
  const { eventId, seatIds } = await openEvent(running);
  const { ports, clock } = running;
  const hall = new Hall(eventId, await ports.catalogStore.seatsOf(eventId), { numbered: true });
  const claims = new Claims(hall, await ports.seatLedger.raiseEpoch(), {
    holds: [],
    blocked: [],
    lapses: [],
    lapsed: [],
  });
  const append = (changes: Changes) => {
    claims.apply(changes);
    return running.ports.seatLedger.append(hall, changes, undefined);
  };
  return {
    eventId,
    seatIds,
    hall,
    claims,
    append,
    async run<R>(command: SeatCommand): Promise<R> {
      const { changes, reply } = decide(claims, command, clock.now(), () => ports.ids.next('reservation'));
      await append(changes);
      return granted(reply) as R;
    },
    expire: () => append(expireDue(claims, clock.now())),
    load: () => running.ports.seatLedger.load(hall, clock.now() - 10 * MINUTE),
  };
}

type Held = { holds: Hold[] };

function appending(running: () => Running): void {
  it('raiseEpoch: a number higher than every one it returned before, kept across restarts', async () => {
    const atOnce = await Promise.all([1, 2, 3].map(() => running().ports.seatLedger.raiseEpoch()));
    await running().reopen();
    const all = [...atOnce, await running().ports.seatLedger.raiseEpoch()];
    expect(new Set(all).size).toBe(all.length);
    expect(all).toEqual([...all].sort((a, b) => a - b));
  });

  it('append: atomic, and durable when it resolves', async () => {
    const { eventId, seatIds, run, load } = await desk(running());
    const { holds } = await run<Held>(holdOn(eventId, seatIds.slice(0, 3), 'ann'));
    await running().reopen();
    expect((await load()).holds).toEqual(holds);
  });

  it('append: ordered: what was appended first is durable first', async () => {
    const { eventId, seatIds, run } = await desk(running());
    const resolved: number[] = [];
    await Promise.all(
      seatIds.map(async (seatId) => {
        await run(holdOn(eventId, [seatId], `buyer of ${seatId}`));
        resolved.push(seatId);
      }),
    );
    expect(resolved).toEqual(seatIds);
  });

  it('append: when it throws, all that was appended and is not durable yet is lost, and the lineage changes', async () => {
    const { eventId, seatIds, run, load } = await desk(running());
    const before = running().ports.seatLedger.lineage();
    running().faults.failNext();
    const lost = await Promise.allSettled(
      seatIds.map((seatId) => run(holdOn(eventId, [seatId], `of ${seatId}`))),
    );
    for (const outcome of lost)
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(Unavailable) });
    expect(running().ports.seatLedger.lineage()).not.toBe(before);
    expect((await load()).holds).toEqual([]);
  });

  it('append: a hold that has ended does not come back to life through a late write of its earlier state', async () => {
    const { eventId, seatIds, run, load, hall } = await desk(running());
    const { holds } = await run<Held>(holdOn(eventId, seatIds.slice(0, 1), 'ann'));
    const holdIds = holds.map(({ holdId }) => holdId);
    await run({ type: 'release_holds', eventId, holdIds, userId: 'ann' });
    await running().ports.seatLedger.append(hall, { moves: [], holds }, undefined);
    expect((await load()).holds).toEqual([]);
    expect(await running().ports.holdHistory.hold(holdIds[0] as number)).toMatchObject({ state: 'RELEASED' });
  });

  it('settled: resolves when everything appended so far has ended, well or not', async () => {
    const { eventId, seatIds, run } = await desk(running());
    const ended: string[] = [];
    const resume = running().faults.pause();
    running().faults.failNext();
    const lost = run(holdOn(eventId, seatIds, 'ann')).catch(() => ended.push('append'));
    const settled = running()
      .ports.seatLedger.settled()
      .then(() => ended.push('settled'));
    await new Promise(setImmediate);
    expect(ended).toEqual([]);
    resume();
    await Promise.all([lost, settled]);
    expect(ended).toHaveLength(2);
  });

  it('the sale is the law: a second sold row of a seat is not written', async () => {
    const { eventId, seatIds, run, hall, claims } = await desk(running());
    const seat = seatIds.slice(0, 1);
    await run(holdOn(eventId, seat, 'ann'));
    const deadline = running().clock.now() + MINUTE;
    const paid = await run<Held>(payFor(eventId, { orderId: 1, userId: 'ann', seatIds: seat, deadline }));
    const { changes } = decide(claims, sell(eventId, 1, 'ann', paid.holds), running().clock.now(), () => 0);
    await running().ports.seatLedger.append(hall, changes, undefined);
    const again = { ...changes, moves: changes.moves.map((move) => ({ ...move, number: move.number + 1 })) };
    await expect(running().ports.seatLedger.append(hall, again, undefined)).rejects.toThrow(Unavailable);
    expect(await running().ports.seatLedger.counts(eventId)).toMatchObject({ SOLD: 1 });
  });
}

function reading(running: () => Running): void {
  it('load: what is claimed and blocked, the confirmed hold behind each sale, and the lapses', async () => {
    const { eventId, seatIds, run, expire, load } = await desk(running());
    const [a, b, c, d] = seatIds as [number, number, number, number];
    await run(holdOn(eventId, [a], 'eve', { terms: { holdMillis: MINUTE } }));
    running().clock.advance(MINUTE);
    const lapsedAt = running().clock.now();
    await expire();
    await run(holdOn(eventId, [a, b], 'ann'));
    const deadline = running().clock.now() + MINUTE;
    const paid = await run<Held>(payFor(eventId, { orderId: 1, userId: 'ann', seatIds: [a], deadline }));
    const sold = await run<Held>(sell(eventId, 1, 'ann', paid.holds));
    const held = await run<Held>(holdOn(eventId, [c], 'ben'));
    await run({ type: 'block_seats', eventId, seatIds: [d], actor: 'organiser' });
    const seed = await load();
    expect(seed.blocked).toEqual([d]);
    expect(seed.lapses).toEqual([{ userId: 'eve', at: lapsedAt }]);
    expect(seed.lapsed).toMatchObject([{ userId: 'eve', seatId: a, state: 'EXPIRED', expiresAt: lapsedAt }]);
    expect(seed.holds).toHaveLength(3);
    expect(seed.holds).toEqual(expect.arrayContaining([...sold.holds, ...held.holds]));
    expect(await running().ports.seatLedger.counts(eventId)).toEqual({
      AVAILABLE: 0,
      HELD: 2,
      PAYING: 0,
      SOLD: 1,
      BLOCKED: 1,
    });
    expect(await running().ports.seatLedger.eventsWithLiveHolds()).toContain(eventId);
  });

  it('load: of a seat that was held again and again, its latest lapse; none from before', async () => {
    const { eventId, seatIds, run, expire, load } = await desk(running());
    const seat = seatIds.slice(0, 1);
    const lapseOf = async (userId: string) => {
      await run(holdOn(eventId, seat, userId, { terms: { holdMillis: MINUTE } }));
      running().clock.advance(MINUTE);
      await expire();
    };
    await lapseOf('ann');
    await lapseOf('ben');
    const { lapsed } = await load();
    expect(lapsed.map(({ userId, seatId }) => ({ userId, seatId }))).toEqual([
      { userId: 'ben', seatId: seat[0] },
    ]);
    running().clock.advance(10 * MINUTE + 1);
    expect((await load()).lapsed).toEqual([]);
  });

  it('load: a seat that was returned or unblocked is free again', async () => {
    const { eventId, seatIds, run, load } = await desk(running());
    const [a, b] = seatIds as [number, number];
    await run(holdOn(eventId, [a], 'ann'));
    const deadline = running().clock.now() + MINUTE;
    const paid = await run<Held>(payFor(eventId, { orderId: 1, userId: 'ann', seatIds: [a], deadline }));
    await run(sell(eventId, 1, 'ann', paid.holds));
    await run({ type: 'return_sale', eventId, orderId: 1, seats: claimed(paid.holds), actor: null });
    await run({ type: 'block_seats', eventId, seatIds: [b], actor: 'organiser' });
    await run({ type: 'unblock_seats', eventId, seatIds: [b], actor: 'organiser' });
    expect(await load()).toEqual({ holds: [], blocked: [], lapses: [], lapsed: [] });
    expect(await running().ports.seatLedger.eventsWithLiveHolds()).not.toContain(eventId);
  });
}

function histories(running: () => Running): void {
  it('hold and holdsOf: a buyer’s holds, newest first, as they stand', async () => {
    const { eventId, seatIds, run } = await desk(running());
    const buyer = `collector at ${eventId}`;
    const { holds } = await run<Held>(holdOn(eventId, seatIds.slice(0, 3), buyer));
    const [first, second, third] = holds as [Hold, Hold, Hold];
    await run({ type: 'release_holds', eventId, holdIds: [second.holdId], userId: buyer });
    const { holdHistory } = running().ports;
    expect(await holdHistory.hold(first.holdId)).toEqual(first);
    expect(await holdHistory.hold(second.holdId)).toMatchObject({ state: 'RELEASED' });
    expect(await holdHistory.hold(987_654_321)).toBeUndefined();
    const ids = async (filter: { eventId?: number; liveOnly: boolean; limit: number }) =>
      (await holdHistory.holdsOf(buyer, filter)).map(({ holdId }) => holdId);
    expect(await ids({ liveOnly: false, limit: 9 })).toEqual([third.holdId, second.holdId, first.holdId]);
    expect(await ids({ liveOnly: true, limit: 9 })).toEqual([third.holdId, first.holdId]);
    expect(await ids({ eventId, liveOnly: true, limit: 1 })).toEqual([third.holdId]);
    expect(await ids({ eventId: eventId + 1_000_000, liveOnly: false, limit: 9 })).toEqual([]);
  });

  it('known: those of the holds that there are, live or ended', async () => {
    const { eventId, seatIds, run } = await desk(running());
    const { holds } = await run<Held>(holdOn(eventId, seatIds.slice(0, 2), 'ann'));
    const [live, ended] = holds.map(({ holdId }) => holdId) as [number, number];
    await run({ type: 'release_holds', eventId, holdIds: [ended], userId: 'ann' });
    const { holdHistory } = running().ports;
    const known = await holdHistory.known(eventId, [live, 987_654_321, ended]);
    expect([...known].sort((a, b) => a - b)).toEqual([live, ended].sort((a, b) => a - b));
    expect(await holdHistory.known(eventId, [])).toEqual(new Set());
  });

  it('beingPaid: seats that are being paid for, by order', async () => {
    const { eventId, seatIds, run } = await desk(running());
    const orders = await Promise.all([10, 11].map(() => running().ports.ids.nextBlock('booking', 1)));
    const expected: Record<number, { seatId: number; fence: number }[]> = {};
    for (const [index, orderId] of orders.entries()) {
      const pair = seatIds.slice(index * 2, index * 2 + 2);
      await run(holdOn(eventId, pair, 'ann'));
      const deadline = running().clock.now() + MINUTE;
      const { holds } = await run<Held>(payFor(eventId, { orderId, userId: 'ann', seatIds: pair, deadline }));
      expected[orderId] = claimed(holds);
    }
    const paying = (await running().ports.holdHistory.beingPaid()).filter((each) => each.eventId === eventId);
    expect(Object.fromEntries(paying.map(({ orderId, seats }) => [orderId, seats]))).toEqual(expected);
  });

  it('seatHistory: every move of a seat, oldest first, at most `limit`', async () => {
    const { eventId, seatIds, run, expire } = await desk(running());
    const seat = seatIds.slice(0, 1);
    const { holds } = await run<Held>(holdOn(eventId, seat, 'ann'));
    await run({ type: 'release_holds', eventId, holdIds: holds.map(({ holdId }) => holdId), userId: 'ann' });
    await run(holdOn(eventId, seat, 'ben'));
    running().clock.advance(10 * MINUTE);
    await expire();
    const { holdHistory } = running().ports;
    const moves = await holdHistory.seatHistory(eventId, seat[0] as number, 9);
    expect(moves.map(({ from, to, cause, actor }) => [from, to, cause, actor])).toEqual([
      ['AVAILABLE', 'HELD', 'hold', 'ann'],
      ['HELD', 'AVAILABLE', 'release', 'ann'],
      ['AVAILABLE', 'HELD', 'hold', 'ben'],
      ['HELD', 'AVAILABLE', 'expiry', null],
    ]);
    expect(await holdHistory.seatHistory(eventId, seat[0] as number, 2)).toEqual(moves.slice(0, 2));
  });
}
