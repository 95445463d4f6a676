import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import type { ReservationView } from '../../src/contract/reservation.ts';
import { audited } from './audited.ts';
import { bodyOf, type Client, clientOf, organiserOf } from './client.ts';
import { eventually } from './eventually.ts';
import { freshFolder, type Program, startProgram } from './program.ts';
import { joined, lineOf, openCapacity, release, takeAny } from './waitlist-line.ts';

const SEATS = 12;
const WAITING = 60;
const CYCLES = 8;
const SETTINGS = {
  RATE_LIMIT_PER_PRINCIPAL: '0',
  SHED_DELAY_MS: '0',
  RESERVATION_TIMEOUT_SECONDS: '600',
};

const dataDir = freshFolder();
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function activeOf(anyone: Client, user: string, eventId: number) {
  const path = `/api/v1/reservations?event_id=${eventId}&active_only=true`;
  return bodyOf(await anyone.as(user).get<ReservationView[]>(path));
}

it('killed in the middle of giving seats to the line, again and again: each seat goes to the next, once', async () => {
  let program: Program = await startProgram({ env: SETTINGS, dataDir });
  const anyone = clientOf({
    get url() {
      return program.url;
    },
  });
  const organiser = organiserOf({
    get url() {
      return program.url;
    },
    get adminToken() {
      return program.adminToken;
    },
  });
  const eventId = await openCapacity(organiser, SEATS);
  const owners = Array.from({ length: SEATS }, (_, index) => `owner ${index}`);
  for (const owner of owners) bodyOf(await takeAny(anyone, owner, eventId), 201);
  const line = Array.from({ length: WAITING }, (_, index) => `waiting ${index}`);
  for (const user of line) await joined(anyone, user, eventId);

  /** Everybody who may have a seat, and those who do. */
  const look = async () => {
    const { items } = await lineOf(organiser, eventId, '?all=true&limit=1000');
    const promoted = items.filter(({ status }) => status === 'PROMOTED').map(({ user_id }) => user_id);
    const maybe = [...owners, ...promoted];
    const active = await Promise.all(maybe.map((user) => activeOf(anyone, user, eventId)));
    for (const [index, own] of active.entries()) expect(own.length, maybe[index]).toBeLessThanOrEqual(1);
    const seated = maybe.filter((_, index) => (active[index]?.length ?? 0) > 0);
    return { promoted, seated };
  };

  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const leaving = (await look()).seated.slice(0, 5);
    const held = await Promise.all(leaving.map((user) => activeOf(anyone, user, eventId)));
    const gone = leaving.map((user, index) =>
      release(anyone, user, held[index]?.[0]?.reservation_id as number).catch(() => undefined),
    );
    // However crowded the machine is, one seat at least comes back in each cycle.
    await Promise.race(gone);
    await delay((cycle * 7) % 23);
    await program.kill();
    await Promise.all(gone);
    program = await startProgram({ env: SETTINGS, dataDir });
    // No seat stays free while somebody waits.
    const { promoted } = await eventually(look, ({ seated }) => seated.length === SEATS, {
      everyMillis: 250,
    });
    // First come, first served, nobody left out.
    expect(promoted).toEqual(line.slice(0, promoted.length));
  }
  const { items } = await lineOf(organiser, eventId, '?all=true&limit=1000');
  const promotedAtAll = items.filter(({ status }) => status === 'PROMOTED');
  expect(promotedAtAll.length).toBeGreaterThan(CYCLES);
  const reservations = promotedAtAll.flatMap(({ offer }) => offer?.reservation_ids ?? []);
  expect(new Set(reservations).size).toBe(promotedAtAll.length);
  await program.stop();
  expect((await audited(dataDir)).faults).toEqual([]);
});
