import { expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/clock.ts';
import { refuse } from '../../src/core/refusal.ts';
import type { SeatCommand } from '../../src/reservation/command.ts';
import type { Backend, Running } from '../backends/backend.ts';
import { openEvent, seatsOf, turnsOfTheLoop } from '../backends/halls.ts';
import { granted, holdOn, payFor, refusedWith, sell } from '../backends/seat-commands.ts';
import { onEach } from './on-each.ts';

export function seatStoreConformance(backends: readonly Backend[]): void {
  onEach(backends, 'SeatStore', (running) => {
    execution(running);
    admissions(running);
    sales(running);
    readings(running);
  });
  const committing = backends.filter(({ claimsAre }) => claimsAre !== 'in a server');
  onEach(committing, 'SeatStore that commits before it answers', ties);
  const inTheProgram = backends.filter(({ claimsAre }) => claimsAre === 'in the program');
  onEach(inTheProgram, 'SeatStore that decides one after the other', arrivals);
}

type Get = () => Running;

function execution(running: Get): void {
  it('execute: makes its effect durable before it resolves', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const reply = granted(
      await running().ports.seatStore.execute(holdOn(eventId, seatIds.slice(0, 2), 'ann')),
    );
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

/** Who owns a seat is decided by the ledger, wherever its claim is. */
function admissions(running: Get): void {
  it('execute: holds nothing under an admission that is over by its own time, and takes nothing back for it', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    const [first, second, third] = seatIds as [number, number, number];
    const until = (millis: number) => {
      const admission = {
        kind: 'session' as const,
        admissionId: '1-1',
        until: running().clock.now() + millis,
      };
      return { admission };
    };
    const { holds } = granted(
      await seatStore.execute({ ...holdOn(eventId, [first], 'ann'), ...until(MINUTE) }),
    );
    expect(holds[0]?.admissionId).toBe('1-1');
    const over = until(-SECOND);
    const { seatIds: _, type: __, ...holding } = holdOn(eventId, [], 'ann');
    const late: readonly SeatCommand[] = [
      { ...holdOn(eventId, [second], 'ann'), ...over },
      { ...holdOn(eventId, [second], 'ann'), ...over, insteadOf: holds.map(({ holdId }) => holdId) },
      { type: 'hold_best', ...holding, ...over, wish: { size: 1 } },
    ];
    for (const command of late)
      expect(await seatStore.execute(command)).toEqual(
        refuse('ADMISSION_INVALID', { join_url: `/api/v1/events/${eventId}/waiting-room/join` }),
      );
    expect(await seatStore.counts(eventId)).toMatchObject({ AVAILABLE: 3, HELD: 1 });
    // Those that go together are judged each by itself.
    const together = await Promise.all([
      seatStore.execute({ ...holdOn(eventId, [second], 'ben'), ...until(-SECOND) }),
      seatStore.execute({ ...holdOn(eventId, [third], 'cid'), ...until(MINUTE) }),
      seatStore.execute({ ...holdOn(eventId, [second], 'dan') }),
    ]);
    expect(together.map(refusedWith)).toEqual(['ADMISSION_INVALID', undefined, undefined]);
  });
}

function sales(running: Get): void {
  it('execute: a sale asked for again is not confirmed before the first is durable', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    granted(await seatStore.execute(holdOn(eventId, seatIds, 'ann')));
    const deadline = running().clock.now() + MINUTE;
    const { holds } = granted(
      await seatStore.execute(payFor(eventId, { orderId: 77, userId: 'ann', seatIds, deadline })),
    );
    const { early } = await whilePaused(
      running(),
      () => seatStore.execute(sell(eventId, 77, 'ann', holds)),
      () => seatStore.execute(sell(eventId, 77, 'ann', holds)),
    );
    expect(early).toEqual([]);
  });
}

/** Two commands whose order shows when the ledger waits. */
async function whilePaused(
  running: Running,
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
): Promise<{ early: string[]; order: string[] }> {
  const order: string[] = [];
  const resume = running.faults.pause();
  const both = Promise.all([
    first().then(() => order.push('first')),
    second().then(() => order.push('second')),
  ]);
  await turnsOfTheLoop(running);
  const early = [...order];
  resume();
  await both;
  return { early, order };
}

/** "No reply overtakes the commit of one it rests on", made visible by a ledger that waits. */
function ties(running: Get): void {
  it('seats: shows nothing that is not durable yet', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    await seatStore.seats(eventId);
    let shown: string[] = [];
    const { early, order } = await whilePaused(
      running(),
      () => seatStore.execute(holdOn(eventId, seatIds, 'ann')),
      async () => {
        shown = (await seatStore.seats(eventId))?.seats.map(({ state }) => state) ?? [];
      },
    );
    expect(early).not.toContain('first');
    // Who answers while the hold waits shows the seats as they were; who waits for it shows it held.
    if (order[0] === 'second') expect(shown).not.toContain('HELD');
    else expect(shown).toEqual(seatIds.map(() => 'HELD'));
  });
}

/** Who decides in one place decides in the order of arrival; transactions on rows find their own order. */
function arrivals(running: Get): void {
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

  it('execute: a refusal does not overtake the commit it rests on', async () => {
    const { eventId, seatIds } = await openEvent(running());
    const { seatStore } = running().ports;
    await seatStore.seats(eventId);
    const { early, order } = await whilePaused(
      running(),
      () => seatStore.execute(holdOn(eventId, seatIds, 'ann')),
      () => seatStore.execute(holdOn(eventId, seatIds, 'ben')),
    );
    expect(early).toEqual([]);
    expect(order).toEqual(['first', 'second']);
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
    expect(await seatStore.counts(eventId)).toEqual({
      AVAILABLE: 4,
      HELD: 1,
      PAYING: 1,
      SOLD: 1,
      BLOCKED: 1,
    });
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

  it.each([0, 1, 2, 3, 5, 8, 13, 21])(
    'hallChanged: a hold asked for %i turns later is not lost',
    async (turns) => {
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
    },
  );
}
