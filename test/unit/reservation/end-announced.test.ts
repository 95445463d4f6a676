import { expect, it } from 'vitest';
import { OPEN_ADMISSION } from '../../../src/core/admission.ts';
import { type Millis, SECOND } from '../../../src/core/clock.ts';
import type { HandClock } from '../../backends/hand-clock.ts';
import { saleInMemory } from '../../backends/sale-in-memory.ts';
import { granted } from '../../backends/seat-commands.ts';

const STEP: Millis = 20;
/** Turns that what was woken may take for its reads and commits: they cost no time on this clock. */
const TURNS = 25;
const SEATS = 8;
const HELD: Millis = 3 * SECOND;
const APART: Millis = 260;

async function pass(clock: HandClock, millis: Millis): Promise<void> {
  for (let passed = 0; passed < millis; passed += STEP) {
    clock.advance(STEP);
    for (let turn = 0; turn < TURNS; turn++) await new Promise(setImmediate);
  }
}

/** By the clock of the program: what a busy machine adds to it is the machine's. */
it('who watches the map hears of a hold’s end within a second after it, and not before it', async () => {
  const { sale, clock, openEvent } = await saleInMemory();
  const { eventId, seatIds } = await openEvent(SEATS);
  const stopJobs = sale.startJobs();
  const freed = new Map<number, Millis>();
  const hear = (text: string) => {
    const { seats } = JSON.parse(text) as { seats?: [number, string][] };
    for (const [seatId, status] of seats ?? []) if (status === 'AVAILABLE') freed.set(seatId, clock.now());
  };
  const watcher = {
    bufferedBytes: () => 0,
    close: () => undefined,
    send: ({ text }: { text: string }) => hear(text),
  };
  await sale.maps.exists(eventId);
  const leave = sale.maps.watch(eventId, watcher, undefined);
  const claimant = { userId: 'ann', sessionId: null, admission: OPEN_ADMISSION, key: undefined };
  const ends = new Map<number, Millis>();
  for (const seatId of seatIds) {
    const manner = { holdMillis: HELD };
    const { holds } = granted(await sale.reservations.hold(eventId, [seatId], claimant, manner));
    ends.set(seatId, holds[0]?.expiresAt as Millis);
    await pass(clock, APART);
  }
  expect(freed.size).toBe(0);
  await pass(clock, HELD + 2 * SECOND);
  for (const [seatId, end] of ends) {
    expect(freed.get(seatId)).toBeGreaterThanOrEqual(end);
    expect(freed.get(seatId)).toBeLessThanOrEqual(end + SECOND);
  }
  leave();
  stopJobs();
});
