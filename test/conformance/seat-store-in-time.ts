import { expect, it } from 'vitest';
import { MINUTE } from '../../src/core/clock.ts';
import { Unavailable } from '../../src/core/unavailable.ts';
import type { SeatCommand } from '../../src/reservation/command.ts';
import type { Hold } from '../../src/reservation/hold.ts';
import type { Announced, Backend, Running } from '../backends/backend.ts';
import { openEvent, turnsOfTheLoop } from '../backends/halls.ts';
import { claimed, granted, holdOn, payFor, refusedWith, sell } from '../backends/seat-commands.ts';
import { onEach } from './on-each.ts';

/** What becomes of claims over restarts, with time, and when a commit is lost. */
export function seatStoreInTime(backends: readonly Backend[]): void {
  onEach(backends, 'SeatStore in time', (running) => {
    restarts(running);
    expiries(running);
    latePayments(running);
  });
  const inTheProgram = backends.filter(({ claimsAre }) => claimsAre === 'in the program');
  onEach(inTheProgram, 'SeatStore in the program', (running) => {
    epochs(running);
    losses(running);
  });
}

type Get = () => Running;

function restarts(running: Get): void {
  it('fences grow over restarts, and the epoch never goes back', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const fences: number[] = [];
    const epochs: number[] = [];
    for (let round = 0; round < 3; round++) {
      const { seatStore } = running().ports;
      const { holds } = granted(await seatStore.execute(holdOn(eventId, seatIds.slice(0, 1), 'ann')));
      fences.push(...holds.map(({ fence }) => fence));
      epochs.push((await seatStore.seats(eventId))?.epoch ?? 0);
      granted(
        await seatStore.execute({
          type: 'release_holds',
          eventId,
          holdIds: holds.map((h) => h.holdId),
          userId: 'ann',
        }),
      );
      await running().reopen();
    }
    expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b));
    expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
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
      await seatStore.execute({
        type: 'block_seats',
        eventId,
        seatIds: seatIds.slice(3),
        actor: 'organiser',
      }),
    );
    const before = await seatStore.seats(eventId);
    await running().reopen();
    const after = await running().ports.seatStore.seats(eventId);
    expect(after?.seats).toEqual(before?.seats);
    expect(after?.seats.map(({ state }) => state)).toEqual(['SOLD', 'PAYING', 'AVAILABLE', 'BLOCKED']);
  });

  it('a hold that lapsed is over for its buyer, before and after a restart, and nothing for others', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const [own, free] = seatIds as [number, number];
    granted(
      await running().ports.seatStore.execute(
        holdOn(eventId, [own], 'ann', { terms: { holdMillis: MINUTE } }),
      ),
    );
    running().clock.advance(MINUTE);
    const payment = async (userId: string, seatId: number) => {
      const deadline = running().clock.now() + MINUTE;
      const command = payFor(eventId, { orderId: 9, userId, seatIds: [seatId], deadline });
      return refusedWith(await running().ports.seatStore.execute(command));
    };
    const answers = async () => [
      await payment('ann', own),
      await payment('ben', own),
      await payment('ann', free),
    ];
    expect(await answers()).toEqual(['RESERVATION_EXPIRED', 'SEAT_NOT_RESERVED', 'SEAT_NOT_RESERVED']);
    await running().reopen();
    expect(await answers()).toEqual(['RESERVATION_EXPIRED', 'SEAT_NOT_RESERVED', 'SEAT_NOT_RESERVED']);
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

  it('announces every move once, those of a seat in their order, after they are durable', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    await seatStore.seats(eventId);
    const resume = running().faults.pause();
    const holding = seatIds.map((seatId) =>
      seatStore.execute(holdOn(eventId, [seatId], `buyer of ${seatId}`)),
    );
    await turnsOfTheLoop(running());
    expect(movesOf(running().announced, eventId)).toEqual([]);
    resume();
    const replies = (await Promise.all(holding)).map(granted);
    for (const { holds } of replies) await seatStore.execute(releaseOf(holds));
    const moves = movesOf(running().announced, eventId);
    expect(moves.map(({ seatId }) => seatId).sort()).toEqual([...seatIds, ...seatIds].sort());
    for (const seatId of seatIds) {
      const own = moves.filter((move) => move.seatId === seatId);
      expect(own.map(({ to }) => to)).toEqual(['HELD', 'AVAILABLE']);
      expect(own[1]?.number).toBeGreaterThan(own[0]?.number ?? 0);
    }
  });
}

function epochs(running: Get): void {
  it('the epoch grows with every restart, since every map begins anew', async () => {
    const { eventId } = await openEvent(running());
    const before = (await running().ports.seatStore.seats(eventId))?.epoch;
    await running().reopen();
    expect((await running().ports.seatStore.seats(eventId))?.epoch).toBeGreaterThan(before ?? 0);
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
}

function latePayments(running: Get): void {
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

function releaseOf(holds: readonly Hold[]): SeatCommand {
  const [{ eventId, userId }] = holds as [Hold];
  return { type: 'release_holds', eventId, userId, holdIds: holds.map(({ holdId }) => holdId) };
}

/** Ends what earlier tests left held on their events. */
async function endEverything({ ports, clock }: Running): Promise<void> {
  clock.advance(60 * MINUTE);
  await ports.seatStore.expireDue();
}

function movesOf(announced: readonly Announced[], eventId: number) {
  return announced.flatMap((each) => (each.type === 'moved' && each.eventId === eventId ? each.moves : []));
}
