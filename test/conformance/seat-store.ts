import { expect, it } from 'vitest';
import { MINUTE } from '../../src/core/clock.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import type { Announced, Backend, Running } from '../backends/backend.ts';
import { openEvent, seatsOf, turnsOfTheLoop } from '../backends/halls.ts';
import { claimed, granted, holdOn, payFor, refusedWith, sell } from '../backends/seat-commands.ts';
import { onEach } from './on-each.ts';

export function seatStoreConformance(backends: readonly Backend[]): void {
  onEach(backends, 'SeatStore', (running) => {
    execution(running);
    ties(running);
    readings(running);
    restarts(running);
    expiries(running);
    losses(running);
  });
}

type Get = () => Running;

function execution(running: Get): void {
  it('execute: makes its effect durable before it resolves', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const reply = granted(await running().ports.seatStore.execute(holdOn(eventId, seatIds.slice(0, 2), 'ann')));
    await running().reopen();
    const { seats } = (await running().ports.seatStore.seats(eventId)) ?? { seats: [] };
    expect(seats.map(({ state }) => state)).toEqual(['HELD', 'HELD', 'AVAILABLE', 'AVAILABLE']);
    expect(seats.slice(0, 2).map(({ claim }) => claim)).toEqual(reply.holds);
  });

  it('execute: atomic: all of the command or nothing', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    granted(await seatStore.execute(holdOn(eventId, [seatIds[1] as number], 'ann')));
    const reply = await seatStore.execute(holdOn(eventId, seatIds, 'ben'));
    expect(reply).toMatchObject({ refused: 'SEATS_TAKEN', facts: { seats: 'A2' } });
    expect(await seatStore.counts(eventId)).toMatchObject({ AVAILABLE: 3, HELD: 1 });
  });

  it('execute: ordered: commands on an event are decided in the order of arrival', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const buyers = Array.from({ length: 20 }, (_, index) => `buyer ${index}`);
    const replies = await Promise.all(
      buyers.map((userId) => running().ports.seatStore.execute(holdOn(eventId, seatIds.slice(0, 1), userId))),
    );
    expect(replies.map((reply) => refusedWith(reply) ?? 'held')).toEqual([
      'held',
      ...Array.from({ length: 19 }, () => 'SEATS_TAKEN'),
    ]);
  });

  it('execute: is refused where there is no such event', async () => {
    expect(refusedWith(await running().ports.seatStore.execute(holdOn(987_654_321, [1], 'ann')))).toBe(
      'EVENT_NOT_FOUND',
    );
  });

  it('execute: idempotent: the reply is stored under the key in the same commit', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const key = { id: `hold ${eventId}`, bodyHash: 'body' };
    const reply = granted(
      await running().ports.seatStore.execute(holdOn(eventId, seatIds.slice(0, 2), 'ann', { key })),
    );
    await running().reopen();
    expect(await running().ports.commandLog.find(key.id)).toMatchObject({ key, reply });
  });

  it('execute: stores nothing under the key of a refused command', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const key = { id: `refused ${eventId}`, bodyHash: 'body' };
    granted(await running().ports.seatStore.execute(holdOn(eventId, seatIds, 'ann')));
    await running().ports.seatStore.execute(holdOn(eventId, seatIds, 'ben', { key }));
    expect(await running().ports.commandLog.find(key.id)).toBeUndefined();
  });
}

/** "No reply overtakes the commit of one it rests on", made visible by a ledger that waits. */
function ties(running: Get): void {
  const whilePaused = async (first: () => Promise<unknown>, second: () => Promise<unknown>) => {
    const order: string[] = [];
    const resume = running().faults.pause();
    const both = Promise.all([
      first().then(() => order.push('first')),
      second().then(() => order.push('second')),
    ]);
    await turnsOfTheLoop(running());
    const early = [...order];
    resume();
    await both;
    return { early, order };
  };

  it('execute: a refusal does not overtake the commit it rests on', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    await seatStore.seats(eventId);
    const { early, order } = await whilePaused(
      () => seatStore.execute(holdOn(eventId, seatIds, 'ann')),
      () => seatStore.execute(holdOn(eventId, seatIds, 'ben')),
    );
    expect(early).toEqual([]);
    expect(order).toEqual(['first', 'second']);
  });

  it('execute: a sale asked for again is not confirmed before the first is durable', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    granted(await seatStore.execute(holdOn(eventId, seatIds, 'ann')));
    const deadline = running().clock.now() + MINUTE;
    const { holds } = granted(
      await seatStore.execute(payFor(eventId, { orderId: 77, userId: 'ann', seatIds, deadline })),
    );
    const { early } = await whilePaused(
      () => seatStore.execute(sell(eventId, 77, 'ann', holds)),
      () => seatStore.execute(sell(eventId, 77, 'ann', holds)),
    );
    expect(early).toEqual([]);
  });

  it('seats: shows nothing that is not durable yet', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    await seatStore.seats(eventId);
    const { early } = await whilePaused(
      () => seatStore.execute(holdOn(eventId, seatIds, 'ann')),
      () => seatStore.seats(eventId),
    );
    expect(early).toEqual([]);
  });
}

function readings(running: Get): void {
  it('seats: all of them, by section, row and number', async () => {
    const { eventId } = await openEvent(running(), { rows: 2, seatsPerRow: 11 });
    const read = await running().ports.seatStore.seats(eventId);
    const row = (name: string) => Array.from({ length: 11 }, (_, place) => `${name}${place + 1}`);
    expect(read?.seats.map(({ seat }) => seat.number)).toEqual([...row('A'), ...row('B')]);
  });

  it('seats: unknown ids are left out', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const read = await running().ports.seatStore.seats(eventId, [seatIds[2] as number, 987_654_321]);
    expect(read?.seats.map(({ seat }) => seat.seatId)).toEqual([seatIds[2]]);
  });

  it('seats: undefined when there is no such event', async () => {
    expect(await running().ports.seatStore.seats(987_654_321)).toBeUndefined();
  });

  it('seats: blocked from the start, and the claim behind each taken seat', async () => {
    const { eventId, seatIds } = await openEvent(running(), { blocked: [3] });
    const { seatStore } = running().ports;
    const { holds } = granted(await seatStore.execute(holdOn(eventId, seatIds.slice(0, 1), 'ann')));
    const read = await seatStore.seats(eventId);
    expect(read?.seats.map(({ state }) => state)).toEqual(['HELD', 'AVAILABLE', 'AVAILABLE', 'BLOCKED']);
    expect(read?.seats.map(({ claim }) => claim)).toEqual([holds[0], undefined, undefined, undefined]);
  });

  it('offer: where a party could sit now, together or in groups, and it holds nothing', async () => {
    const { eventId, seatIds } = await openEvent(running(), { rows: 2, seatsPerRow: 4 });
    const { seatStore } = running().ports;
    expect((await seatStore.offer(eventId, { size: 4 })).together).toEqual(seatIds.slice(0, 4));
    const split = await seatStore.offer(eventId, { size: 5 });
    expect(split.together).toBeUndefined();
    expect(split.groups?.map((group) => group.length)).toEqual([4, 1]);
    expect(await seatStore.counts(eventId)).toMatchObject({ AVAILABLE: 8 });
  });

  it('counts: every seat once', async () => {
    const { eventId, seatIds } = await openEvent(running(), { rows: 2, seatsPerRow: 4, blocked: [7] });
    const { seatStore } = running().ports;
    const fromRows = { AVAILABLE: 7, HELD: 0, PAYING: 0, SOLD: 0, BLOCKED: 1 };
    expect(await seatStore.counts(eventId)).toEqual(fromRows);
    granted(await seatStore.execute(holdOn(eventId, seatIds.slice(0, 3), 'ann')));
    const deadline = running().clock.now() + MINUTE;
    const paid = { orderId: 5, userId: 'ann', seatIds: seatIds.slice(0, 2), deadline };
    const { holds } = granted(await seatStore.execute(payFor(eventId, paid)));
    granted(await seatStore.execute(sell(eventId, 5, 'ann', holds.slice(0, 1))));
    expect(await seatStore.counts(eventId)).toEqual({ AVAILABLE: 4, HELD: 1, PAYING: 1, SOLD: 1, BLOCKED: 1 });
  });

  it('liveHold: a hold that has not ended', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    const { holds } = granted(await seatStore.execute(holdOn(eventId, seatIds.slice(0, 2), 'ann')));
    const [first, second] = holds.map(({ holdId }) => holdId) as [number, number];
    expect(await seatStore.liveHold(first)).toEqual(holds[0]);
    granted(await seatStore.execute({ type: 'release_holds', eventId, holdIds: [first], userId: 'ann' }));
    expect(await seatStore.liveHold(first)).toBeUndefined();
    running().clock.advance(10 * MINUTE);
    expect(await seatStore.liveHold(second)).toBeUndefined();
  });

  it('hallChanged: what is claimed stays claimed, and the new seats are there', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore, catalogStore, ids } = running().ports;
    const { holds } = granted(await seatStore.execute(holdOn(eventId, seatIds.slice(0, 1), 'ann')));
    const { events } = await catalogStore.load();
    const event = events.find((each) => each.eventId === eventId);
    if (!event) throw new Error('the event was saved');
    const added = seatsOf(eventId, await ids.nextBlock('seat', 4)).map((seat) => ({
      ...seat,
      row: 'B',
      number: seat.number.replace('A', 'B'),
    }));
    await catalogStore.save({ event: { ...event, revision: 2, totalSeats: 8 }, seats: added });
    await seatStore.hallChanged(eventId);
    const read = await seatStore.seats(eventId);
    expect(read?.seats).toHaveLength(8);
    expect(read?.seats[0]).toMatchObject({ state: 'HELD', claim: holds[0] });
  });

  it.each([0, 1, 2, 3, 5, 8, 13, 21])('hallChanged: a hold asked for %i turns later is not lost', async (turns) => {
    const { eventId, seatIds } = await openEvent(running());
    await running().reopen();
    const { seatStore } = running().ports;
    const reading = seatStore.seats(eventId).catch(() => undefined);
    const changing = seatStore.hallChanged(eventId);
    for (let turn = 0; turn < turns; turn++) await undefined;
    const holding = seatStore.execute(holdOn(eventId, seatIds, 'ann'));
    const [reply] = await Promise.all([holding, reading, changing]);
    granted(reply);
    expect(refusedWith(await seatStore.execute(holdOn(eventId, seatIds, 'ben')))).toBe('SEATS_TAKEN');
  });
}

function restarts(running: Get): void {
  it('fences and the epoch grow over restarts', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const fences: number[] = [];
    const epochs: number[] = [];
    for (let round = 0; round < 3; round++) {
      const { seatStore } = running().ports;
      const { holds } = granted(await seatStore.execute(holdOn(eventId, seatIds.slice(0, 1), 'ann')));
      fences.push(...holds.map(({ fence }) => fence));
      epochs.push((await seatStore.seats(eventId))?.epoch ?? 0);
      granted(
        await seatStore.execute({ type: 'release_holds', eventId, holdIds: holds.map((h) => h.holdId), userId: 'ann' }),
      );
      await running().reopen();
    }
    expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
    expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
  });

  it('a sold seat, a blocked one and a payment under way are there after a restart', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    granted(await seatStore.execute(holdOn(eventId, seatIds.slice(0, 2), 'ann')));
    const deadline = running().clock.now() + 20 * MINUTE;
    const paid = { orderId: 9, userId: 'ann', seatIds: seatIds.slice(0, 2), deadline };
    const { holds } = granted(await seatStore.execute(payFor(eventId, paid)));
    granted(await seatStore.execute(sell(eventId, 9, 'ann', holds.slice(0, 1))));
    granted(
      await seatStore.execute({ type: 'block_seats', eventId, seatIds: seatIds.slice(3), actor: 'organiser' }),
    );
    const before = await seatStore.seats(eventId);
    await running().reopen();
    const after = await running().ports.seatStore.seats(eventId);
    expect(after?.seats).toEqual(before?.seats);
    expect(after?.seats.map(({ state }) => state)).toEqual(['SOLD', 'PAYING', 'AVAILABLE', 'BLOCKED']);
  });

  it('liveHold: finds a hold right after a restart', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { holds } = granted(
      await running().ports.seatStore.execute(holdOn(eventId, seatIds.slice(0, 1), 'ann')),
    );
    await running().reopen();
    expect(await running().ports.seatStore.liveHold(holds[0]?.holdId ?? 0)).toEqual(holds[0]);
  });
}

function expiries(running: Get): void {
  it('expireDue: ends the holds that are over, announces each once, and says how many there were', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    await endEverything(running());
    granted(await seatStore.execute(holdOn(eventId, seatIds.slice(0, 3), 'ann')));
    running().clock.advance(10 * MINUTE - 1);
    expect(await seatStore.expireDue()).toBe(0);
    running().clock.advance(1);
    expect(await seatStore.expireDue()).toBe(3);
    expect(await seatStore.expireDue()).toBe(0);
    await seatStore.seats(eventId);
    const expired = movesOf(running().announced, eventId).filter(({ cause }) => cause === 'expiry');
    expect(expired.map(({ seatId }) => seatId)).toEqual(seatIds.slice(0, 3));
    expect(await seatStore.counts(eventId)).toMatchObject({ AVAILABLE: 4 });
  });

  it('expireDue: finds the holds that lapsed while nothing ran', async () => {
    const { eventId, seatIds } = await openEvent(running());
    await endEverything(running());
    granted(await running().ports.seatStore.execute(holdOn(eventId, seatIds, 'ann')));
    await running().reopen();
    running().clock.advance(11 * MINUTE);
    expect(await running().ports.seatStore.expireDue()).toBe(4);
    expect(await running().ports.seatStore.counts(eventId)).toMatchObject({ AVAILABLE: 4, HELD: 0 });
  });

  it('a hold is over at its end, whether or not anybody swept', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    granted(await seatStore.execute(holdOn(eventId, seatIds, 'ann')));
    running().clock.advance(10 * MINUTE);
    granted(await seatStore.execute(holdOn(eventId, seatIds, 'ben')));
  });

  it('announces every move of an event once, in order, after it is durable', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    await seatStore.seats(eventId);
    const resume = running().faults.pause();
    const holding = seatIds.map((seatId) => seatStore.execute(holdOn(eventId, [seatId], `buyer of ${seatId}`)));
    await turnsOfTheLoop(running());
    expect(movesOf(running().announced, eventId)).toEqual([]);
    resume();
    await Promise.all(holding);
    const moves = movesOf(running().announced, eventId);
    expect(moves.map(({ seatId }) => seatId)).toEqual(seatIds);
    expect(moves.map(({ number }) => number)).toEqual(moves.map(({ number }) => number).sort((a, b) => a - b));
  });
}

function losses(running: Get): void {
  it('a hold whose commit failed is as if it had never been', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    const before = await seatStore.seats(eventId);
    running().faults.failNext();
    await expect(seatStore.execute(holdOn(eventId, seatIds, 'ann'))).rejects.toThrow(Unavailable);
    const after = await seatStore.seats(eventId);
    expect(after?.seats).toEqual(before?.seats);
    expect(after?.epoch).toBeGreaterThan(before?.epoch ?? 0);
    expect(movesOf(running().announced, eventId)).toEqual([]);
    expect(running().announced.at(-1)).toMatchObject({ type: 'reloaded', eventId, epoch: after?.epoch });
    granted(await seatStore.execute(holdOn(eventId, seatIds, 'ben')));
  });

  it('seats: nothing in it is undone: a reading that rests on a lost commit fails', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    await seatStore.seats(eventId);
    const resume = running().faults.pause();
    const holding = seatStore.execute(holdOn(eventId, seatIds, 'ann')).catch((error: unknown) => error);
    await turnsOfTheLoop(running());
    const reading = seatStore.seats(eventId).catch((error: unknown) => error);
    running().faults.failNext();
    resume();
    expect(await holding).toBeInstanceOf(Unavailable);
    expect(await reading).toBeInstanceOf(Unavailable);
  });

  it('a late payment takes its seat anew under a higher fence; an old fence then changes nothing', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    const seat = seatIds.slice(0, 1);
    granted(await seatStore.execute(holdOn(eventId, seat, 'ann')));
    const deadline = running().clock.now() + 15 * MINUTE;
    const { holds } = granted(
      await seatStore.execute(payFor(eventId, { orderId: 31, userId: 'ann', seatIds: seat, deadline })),
    );
    running().clock.advance(15 * MINUTE);
    await seatStore.expireDue();
    const sold = granted(await seatStore.execute(sell(eventId, 31, 'ann', holds)));
    expect(sold.holds[0]?.fence).toBeGreaterThan(holds[0]?.fence ?? 0);
    const stale = { eventId, orderId: 31, seats: claimed(holds), actor: null };
    expect(await seatStore.execute({ type: 'return_sale', ...stale })).toEqual({ freed: 0 });
    expect(await seatStore.counts(eventId)).toMatchObject({ SOLD: 1 });
  });
}

/** Ends what earlier tests left held on their events. */
async function endEverything({ ports, clock }: Running): Promise<void> {
  clock.advance(60 * MINUTE);
  await ports.seatStore.expireDue();
}

function movesOf(announced: readonly Announced[], eventId: number) {
  return announced.flatMap((each) => (each.type === 'moved' && each.eventId === eventId ? each.moves : []));
}
