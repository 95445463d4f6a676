import { expect, it } from 'vitest';
import { MINUTE } from '../../src/core/clock.ts';
import type { HoldSeats } from '../../src/reservation/command.ts';
import type { Hold } from '../../src/reservation/hold.ts';
import type { Backend, Running } from '../backends/backend.ts';
import { openEvent } from '../backends/halls.ts';
import { granted, holdOn, refusedWith } from '../backends/seat-commands.ts';
import { onEach } from './on-each.ts';

/** Buyers who hold one seat at a time, and holds that last as long as each buyer wants. */
export function seatStoreWithOneSeat(backends: readonly Backend[]): void {
  onEach(backends, 'SeatStore for buyers of one seat', (running) => {
    swaps(running);
    extensions(running);
  });
}

const ONE = { terms: { liveSeatsPerBuyer: 1 } };
const swap = (command: HoldSeats, ...holds: readonly Hold[]): HoldSeats => ({
  ...command,
  insteadOf: holds.map(({ holdId }) => holdId),
});

function swaps(running: () => Running): void {
  it('execute: a seat is held in place of another: the one is taken and the other free, in one step', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const [first, second] = seatIds as [number, number];
    const { seatStore } = running().ports;
    const { holds } = granted(await seatStore.execute(holdOn(eventId, [first], 'ann', ONE)));
    expect(refusedWith(await seatStore.execute(holdOn(eventId, [second], 'ann', ONE)))).toBe(
      'SEAT_LIMIT_REACHED',
    );
    const swapped = granted(await seatStore.execute(swap(holdOn(eventId, [second], 'ann', ONE), ...holds)));
    expect(swapped.holds.map(({ seatId, state }) => [seatId, state])).toEqual([[second, 'HELD']]);
    expect(swapped.seats.map(({ seatId }) => seatId)).toEqual([second]);
    await running().reopen();
    const { seats = [] } = (await running().ports.seatStore.seats(eventId, [first, second])) ?? {};
    expect(seats.map(({ state }) => state)).toEqual(['AVAILABLE', 'HELD']);
    expect(await running().ports.seatStore.liveHold(holds[0]?.holdId ?? 0)).toBeUndefined();
  });

  it('execute: where the other is not to be had, the one stays', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const [first, second] = seatIds as [number, number];
    const { seatStore } = running().ports;
    const { holds } = granted(await seatStore.execute(holdOn(eventId, [first], 'ann', ONE)));
    granted(await seatStore.execute(holdOn(eventId, [second], 'ben', ONE)));
    const refused = await seatStore.execute(swap(holdOn(eventId, [second], 'ann', ONE), ...holds));
    expect(refusedWith(refused)).toBe('SEATS_TAKEN');
    expect(await seatStore.liveHold(holds[0]?.holdId ?? 0)).toEqual(holds[0]);
  });

  it('execute: nobody gives back what another holds, or what is over', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const [first, second, third] = seatIds as [number, number, number];
    const { seatStore } = running().ports;
    const short = { terms: { liveSeatsPerBuyer: 1, holdMillis: MINUTE } };
    const { holds: bens } = granted(await seatStore.execute(holdOn(eventId, [first], 'ben')));
    const { holds: anns } = granted(await seatStore.execute(holdOn(eventId, [second], 'ann', short)));
    running().clock.advance(2 * MINUTE);
    granted(await seatStore.execute(swap(holdOn(eventId, [third], 'ann', ONE), ...bens, ...anns)));
    const { seats = [] } = (await seatStore.seats(eventId, [first, second, third])) ?? {};
    expect(seats.map(({ claim }) => claim?.userId)).toEqual(['ben', undefined, 'ann']);
  });

  it('execute: idempotent: a swap is remembered with what was taken, not with what was given', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const [first, second] = seatIds as [number, number];
    const { holds } = granted(await running().ports.seatStore.execute(holdOn(eventId, [first], 'ann')));
    const key = { id: `swap ${eventId}`, bodyHash: 'body' };
    const reply = granted(
      await running().ports.seatStore.execute(swap(holdOn(eventId, [second], 'ann', { key }), ...holds)),
    );
    await running().reopen();
    expect(await running().ports.commandLog.find(key.id)).toMatchObject({ key, reply });
  });
}

function extensions(running: () => Running): void {
  it('execute: a hold is extended from now, or from its end, and never past its latest end', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    const { holds } = granted(await seatStore.execute(holdOn(eventId, seatIds.slice(0, 1), 'ann')));
    const [hold] = holds as [Hold];
    const extend = async (additionalMillis: number, from?: 'end') => {
      const whose = { eventId, holdId: hold.holdId, userId: 'ann' };
      const more = { additionalMillis, ...(from && { from }) };
      const reply = granted(await seatStore.execute({ type: 'extend_hold', ...whose, ...more }));
      return reply.hold.expiresAt - hold.expiresAt;
    };
    expect(await extend(5 * MINUTE)).toBe(0);
    expect(await extend(5 * MINUTE, 'end')).toBe(5 * MINUTE);
    expect(await extend(MINUTE, 'end')).toBe(6 * MINUTE);
    expect(await extend(60 * MINUTE, 'end')).toBe(hold.latestEnd - hold.expiresAt);
  });
}
